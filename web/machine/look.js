/** What happens inside a model while it reads a text: docs/inside.md says what each image means. */

import { LIMITS } from './opcodes.js';
import { Machine, Session, firstOf } from './executor.js';
import { Softmax } from './sampler.js';
import { exp, tanh } from './strict.js';

/** The most tokens that are read; of a longer text the last ones are. */
export const MAX_TOKENS = 8192;

/** The longest side of an attention image. */
const MAX_SIDE = 2048;

/** A value's uses by an instruction: the tensors of VALUE operands. */
const valuesOf = (instruction) =>
    instruction.opcode.operands
        .filter(({ kind }) => kind === 'VALUE')
        .map(({ name }) => instruction[name]);

/**
 * Where a program's layers end, found in the program alone: some values are waists, through which every way from the tokens to
 * the logits leads; a layer begins with an attention between two waists (in a program without one, with a product other than
 * the last) and ends with the last waist before the next layer that is a sum, or else that has a row for each token.
 *
 * @returns {{ends: number[], attentions: object[], alive: object[]}}
 */
export function layersOf(program) {
    const needed = new Set([program.output]);
    const alive = [];
    for (const each of [...program.instructions].reverse()) {
        if (needed.has(each.result)) {
            alive.unshift(each);
            valuesOf(each).forEach((id) => needed.add(id));
        }
    }
    const attentions = program.instructions.filter(({ name }) => name === 'attention');
    const lastProduct = alive.findLast(({ name }) => name === 'matmul') ?? alive[0];
    const attends = alive.some(({ name }) => name === 'attention');
    const begins = (each) => (attends ? each.name === 'attention' : each.name === 'matmul' && each !== lastProduct);
    const end = (waists) => {
        const isPerToken = (each) => program.tensors[each.result].shape[0] === 'T';
        const found = waists.findLast(({ name }) => name === 'add') ?? waists.findLast(isPerToken) ?? waists.at(-1);
        return found.result;
    };
    const ends = [];
    let waists = [];
    let within = false;
    let from = 0;
    for (const waist of waistsOf(alive)) {
        const block = alive.slice(from, waist + 1);
        from = waist + 1;
        if (!attends && block.includes(lastProduct)) {
            break;
        }
        if (block.some(begins)) {
            if (within) {
                ends.push(end(waists));
            }
            within = true;
            waists = [];
        }
        if (within) {
            waists.push(alive[waist]);
        }
    }
    if (within) {
        ends.push(end(waists));
    }
    return { ends, attentions, alive };
}

/** The places of the waists: no earlier value is read after them, and none begins there. */
function waistsOf(alive) {
    const lastUse = alive.map(() => -1);
    const writers = new Map();
    let furthest = 0;
    alive.forEach((each, at) => {
        const values = valuesOf(each);
        furthest = values.length === 0 ? at : furthest;
        values.forEach((id) => (lastUse[writers.get(id) ?? at] = at));
        writers.set(each.result, at);
    });
    const waists = [];
    alive.forEach((_, at) => {
        if (furthest <= at) {
            waists.push(at);
        }
        furthest = Math.max(furthest, lastUse[at]);
    });
    return waists;
}

/**
 * The program with its end also set after each layer but the last: what each layer would predict if it were the last one.
 *
 * @returns {{program: object, logits: number[]} | undefined} undefined where the program has no such ends
 */
export function lensOf(program, { ends, alive }) {
    const last = ends.at(-1);
    const shape = (id) => program.tensors[id].shape.join();
    if (ends.length === 0 || ends.some((id) => shape(id) !== shape(last))) {
        return undefined;
    }
    const tail = alive.slice(alive.findIndex(({ result }) => result === last) + 1);
    const remembers = ({ opcode }) => opcode.operands.some(({ kind }) => kind === 'STATE');
    const added = tail.length * (ends.length - 1);
    if (tail.some(remembers) || program.tensors.length + added > LIMITS.tensors) {
        return undefined;
    }
    const tensors = [...program.tensors];
    const instructions = [];
    const logits = [];
    for (const instruction of program.instructions) {
        instructions.push(instruction);
        if (!ends.slice(0, -1).includes(instruction.result)) {
            continue;
        }
        const twins = new Map([[last, instruction.result]]);
        for (const each of tail) {
            twins.set(each.result, tensors.length);
            tensors.push({ ...tensors[each.result], role: 'scratch' });
            const twin = { ...each, result: twins.get(each.result) };
            each.opcode.operands.forEach(({ name }) => (twin[name] = twins.get(each[name]) ?? each[name]));
            instructions.push(twin);
        }
        logits.push(twins.get(program.output));
    }
    logits.push(program.output);
    return { program: { ...program, tensors, instructions }, logits };
}

/**
 * The weights with which one head looks back from one token: in double, from the queries and keys that were used.
 *
 * @returns {Float64Array} // [position + 1]
 */
export function attentionWeights(machine, instruction, frame, token, head) {
    const { heads, kv_heads: kvHeads, scale, window, softcap } = instruction;
    const columns = machine.columns(instruction.q);
    const width = columns / heads;
    const position = frame.position + token;
    const first = firstOf(window, position);
    const q = frame.values.get(instruction.q);
    const keys = frame.session.state(instruction.keys, position + 1);
    const column = Math.floor(head / (heads / kvHeads)) * width;
    const at = token * columns + head * width;
    const weights = new Float64Array(position + 1);
    let highest = -Infinity;
    for (let s = first; s <= position; s++) {
        const row = s * kvHeads * width + column;
        let dot = 0;
        for (let i = 0; i < width; i++) {
            dot += q[at + i] * keys[row + i];
        }
        dot *= scale;
        weights[s] = softcap > 0 ? softcap * tanh(dot / softcap) : dot;
        highest = Math.max(highest, weights[s]);
    }
    let sum = 0;
    for (let s = first; s <= position; s++) {
        weights[s] = exp(weights[s] - highest);
        sum += weights[s];
    }
    for (let s = first; s <= position; s++) {
        weights[s] /= sum;
    }
    return weights;
}

/**
 * Lets a model read a text and keeps what happens inside.
 *
 * @param {number[]} tokens the last ones are read where they are more than the context or {@link MAX_TOKENS}
 * @returns ids that were read; attention[layer][head] // [N, N]; activations: for each layer its tensor, rows, columns and values;
 *     lens: for each layer ids and probabilities by position; trace: numbers of each instruction
 */
export function look(cartridge, tokens) {
    const own = cartridge.program;
    const ids = tokens.slice(-Math.min(own.context, MAX_TOKENS));
    const layers = layersOf(own);
    const lens = lensOf(own, layers);
    const program = lens?.program ?? own;
    const machine = new Machine({ ...cartridge, file: cartridge.file, program, weights: cartridge.weights });
    const attention = layers.attentions.map(({ heads }) => Array.from({ length: heads }, () => []));
    const activations = layers.ends.map((id) => ({ tensor: own.tensors[id].name, columns: own.tensors[id].columns }));
    const lensRows = lens?.logits.map(() => ({ ids: [], probabilities: [] }));
    const trace = new Map();
    const session = new Session(machine);
    const logits = session.run(ids, {
        rows: ids.length,
        tap: (instruction, number, y, frame) => {
            const layer = layers.attentions.indexOf(instruction);
            for (let head = 0; layer >= 0 && head < instruction.heads; head++) {
                ids.forEach((_, token) => {
                    attention[layer][head].push(attentionWeights(machine, instruction, frame, token, head));
                });
            }
            const end = layers.ends.indexOf(instruction.result);
            if (end >= 0) {
                activations[end].values = y;
                activations[end].rows = y.length / activations[end].columns;
            }
            const row = lens?.logits.indexOf(instruction.result) ?? -1;
            if (row >= 0) {
                readLens(y, own.vocabulary, lensRows[row]);
            }
            if (instruction.result < own.tensors.length) {
                const numbers = numbersOf(y, own.tensors[instruction.result].columns);
                trace.set(instruction.result, { ...numbers, milliseconds: frame.milliseconds });
            }
        },
    });
    const lines = own.instructions.map((each, number) => ({
        number, name: each.name, tensor: own.tensors[each.result].name, ...trace.get(each.result),
    }));
    return { ids, logits, attention, activations, lens: lensRows, trace: lines };
}

function readLens(y, vocabulary, to) {
    for (let from = 0; from < y.length; from += vocabulary) {
        const row = y.subarray(from, from + vocabulary);
        let best = 0;
        row.forEach((value, id) => (best = value > row[best] ? id : best));
        to.ids.push(best);
        to.probabilities.push(new Softmax(row).probability(best));
    }
}

/** Least, greatest, mean and root mean square of the finite values, and how many are 0, NaN and infinite. */
function numbersOf(y, columns) {
    let [min, max, sum, squares, finite, zeros, nans, infinities] = [Infinity, -Infinity, 0, 0, 0, 0, 0, 0];
    for (const value of y) {
        if (Number.isFinite(value)) {
            min = Math.min(min, value);
            max = Math.max(max, value);
            sum += value;
            squares += value * value;
            zeros += value === 0 ? 1 : 0;
            finite++;
        } else if (Number.isNaN(value)) {
            nans++;
        } else {
            infinities++;
        }
    }
    const any = finite > 0;
    return {
        rows: y.length / columns, columns,
        min: any ? min : 0, max: any ? max : 0, mean: any ? sum / finite : 0,
        rms: any ? Math.sqrt(squares / finite) : 0, zeros, nans, infinities,
        last: y.slice(-columns),
    };
}

/**
 * The images of one head: one, or the tiles on and below the diagonal of a long text; `tile` is where one begins.
 *
 * @param {Float64Array[]} rows weights by query position
 */
export function drawAttention(rows) {
    const tiles = [];
    const count = rows.length;
    for (let row = 0; row < count; row += MAX_SIDE) {
        for (let column = 0; column <= row; column += MAX_SIDE) {
            const [height, width] = [Math.min(MAX_SIDE, count - row), Math.min(MAX_SIDE, count - column)];
            const rgb = new Uint8Array(3 * width * height);
            for (let y = 0; y < height; y++) {
                const weights = rows[row + y];
                for (let x = 0; x < width && column + x < weights.length; x++) {
                    rgb.fill(Math.floor(255 * weights[column + x]), 3 * (y * width + x), 3 * (y * width + x) + 3);
                }
            }
            const isTile = row > 0 || column > 0 || height !== width;
            tiles.push({ width, height, rgb, tile: isTile ? `${row},${column}` : undefined });
        }
    }
    return tiles;
}

/** activations_L{i}.pxi: two pixels for each value, its 32 bits // [rows, 2 · columns, 3] */
export function drawActivations({ rows, columns, values }) {
    const rgb = new Uint8Array(6 * rows * columns);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let i = 0; i < rows * columns; i++) {
        rgb.set(bytes.subarray(4 * i, 4 * i + 4), 6 * i);
    }
    return { width: 2 * columns, height: rows, rgb };
}
