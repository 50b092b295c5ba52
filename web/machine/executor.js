/**
 * Runs programs in plain JavaScript, to the bit as the SIMD executor of the command does.
 *
 *     const session = new Session(new Machine(cartridge));
 *     const logits = session.run([112, 120]); // of the last token // [vocabulary]
 */

import {
    LANES, addColumns, addProducts, addScaled, dot, exponential, fma, geluTanh, isNarrow, mix,
    sigmoid, silu, softcap, sum, sumCodes, sumCodesExactly,
} from './float.js';
import { CartridgeError } from './errors.js';
import { MAX_ANGLE, cos, exp, pow, sin } from './strict.js';
import { placeOf } from './weights.js';

const round = Math.fround;

/** What the bits of an answer depend on, as its provenance names it. */
export const ARITHMETIC = 'simd-2';

/** A program made ready: kernels in order, and what they keep between steps. */
export class Machine {
    constructor(cartridge) {
        this.cartridge = cartridge;
        this.program = cartridge.program;
        if (this.program.context > MAX_ANGLE) {
            const expected = `a context of at most ${MAX_ANGLE} tokens`;
            throw new CartridgeError(cartridge.file, 'program', expected, this.program.context, 'Import it with --context.');
        }
        this.kernels = this.program.instructions.map((instruction) => KERNELS[instruction.name](instruction, this));
        this.lastUse = this.program.tensors.map(() => -1);
        this.spare = new Map(this.program.tensors.map(({ columns }) => [columns, []])); // for single tokens, by length
        this.program.instructions.forEach((instruction, at) => {
            for (const { name, kind } of instruction.opcode.operands) {
                if (kind === 'VALUE') {
                    this.lastUse[instruction[name]] = at;
                }
            }
        });
    }

    /** A text's memory. */
    session() {
        return new Session(this);
    }

    weight(id) {
        return this.cartridge.weights.get(id);
    }

    columns(id) {
        return this.program.tensors[id].columns;
    }

    /** All values of a small matrix of weights, row by row. */
    matrix(id) {
        const { rows, columns } = this.weight(id);
        const values = new Float32Array(rows * columns);
        for (let row = 0; row < rows; row++) {
            this.weight(id).row(row, values, row * columns);
        }
        return values;
    }

    /** A vector of weights as floats; undefined where the operand is left out. */
    vector(id) {
        if (id === null) {
            return undefined;
        }
        const weight = this.weight(id);
        const values = new Float32Array(weight.columns);
        weight.row(0, values, 0);
        return values;
    }
}

/** One text's keys, values and sums, and its position. */
export class Session {
    constructor(machine) {
        this.machine = machine;
        this.states = new Map();
        this.position = 0;
    }

    /** Forgets the text. */
    reset() {
        this.position = 0;
        this.states.clear();
    }

    /** A state tensor with room for this many rows; it grows as positions come. */
    state(id, rows) {
        const { columns, rows: most, shape } = this.machine.program.tensors[id];
        let values = this.states.get(id);
        const needed = shape.length === 1 ? columns : rows * columns;
        if (!values || values.length < needed) {
            const room = shape.length === 1 ? columns : Math.min(most, Math.max(rows, 64, (2 * (values?.length ?? 0)) / columns)) * columns;
            const grown = new Float32Array(room);
            if (values) {
                grown.set(values);
            }
            values = grown;
            this.states.set(id, values);
        }
        return values;
    }

    /**
     * Takes in tokens.
     *
     * @param {number[]} tokens at least one, each below the vocabulary, within the context
     * @param {object} options `rows`: for how many of the last tokens logits are asked; `tap`: called after each
     *     instruction with it, its number and what it wrote // [rows, columns]
     * @returns {Float32Array} // [rows, vocabulary]
     */
    run(tokens, { rows = 1, tap = undefined } = {}) {
        const { program, kernels, lastUse, spare } = this.machine;
        const isReused = tokens.length === 1 && rows === 1 && !tap;
        if (this.position + tokens.length > program.context) {
            throw new RangeError(`expected at most ${program.context} positions, found ${this.position + tokens.length}`);
        }
        const bad = tokens.find((id) => !(id >= 0 && id < program.vocabulary));
        if (bad !== undefined) {
            throw new RangeError(`expected token ids below ${program.vocabulary}, found ${bad}`);
        }
        const frame = { tokens, rows, session: this, position: this.position, values: new Map() };
        program.instructions.forEach((instruction, at) => {
            const { shape, columns } = program.tensors[instruction.result];
            const count = shape[0] === 'T' ? tokens.length : rows;
            const y = (isReused && spare.get(columns)?.pop()) || new Float32Array(count * columns);
            const began = tap ? performance.now() : 0;
            kernels[at](frame, y);
            frame.milliseconds = tap ? performance.now() - began : 0;
            frame.values.set(instruction.result, y);
            tap?.(instruction, at, y, frame);
            for (const { name, kind } of instruction.opcode.operands) {
                const id = instruction[name];
                if (kind === 'VALUE' && lastUse[id] === at) {
                    if (isReused && frame.values.has(id)) {
                        spare.get(program.tensors[id].columns).push(frame.values.get(id));
                    }
                    frame.values.delete(id);
                }
            }
        });
        this.position += tokens.length;
        return frame.values.get(program.output);
    }
}

/** A function of each value by itself. */
const each = (f) => (op) => (frame, y) => {
    const x = frame.values.get(op.x);
    for (let i = 0; i < y.length; i++) {
        y[i] = f(x[i], op);
    }
};

const pairwise = (f) => (op) => (frame, y) => {
    const [a, b] = [frame.values.get(op.a), frame.values.get(op.b)];
    for (let i = 0; i < y.length; i++) {
        y[i] = f(a[i], b[i]);
    }
};

/** What stands in the weights of a route: a softmax over all scores, one over the chosen ones, a sigmoid of each. */
const [SOFTMAX, SOFTMAX_OF_CHOSEN] = [0, 1];

/** Kernels by instruction: each makes, of an instruction and a machine, what computes y from a frame. */
const KERNELS = {
    embed: (op, machine) => {
        const table = machine.weight(op.table);
        return (frame, y) => frame.tokens.forEach((id, t) => table.row(id, y, t * table.columns));
    },
    position: (op, machine) => {
        const table = machine.weight(op.table);
        return (frame, y) => frame.tokens.forEach((_, t) => table.row(frame.position + t, y, t * table.columns));
    },
    mean: (op, machine) => {
        const d = machine.columns(op.x);
        return (frame, y) => {
            const x = frame.values.get(op.x);
            const total = frame.session.state(op.sum, 1);
            for (let t = 0; t < frame.tokens.length; t++) {
                const seen = frame.position + t + 1;
                for (let j = 0; j < d; j++) {
                    total[j] += x[t * d + j];
                    y[t * d + j] = total[j] / seen;
                }
            }
        };
    },
    select: (op, machine) => {
        const d = machine.columns(op.x);
        return (frame, y) => y.set(frame.values.get(op.x).subarray((frame.tokens.length - frame.rows) * d));
    },
    matmul: (op, machine) => {
        const weight = machine.weight(op.w);
        const bias = machine.vector(op.b);
        const row = rowOf(weight);
        return (frame, y) => product(row(), frame.values.get(op.x), y, bias);
    },
    add: pairwise((a, b) => a + b),
    mul: pairwise((a, b) => a * b),
    relu: each((x) => (x > 0 ? x : 0)),
    silu: each(silu),
    gelu: each((x) => (x / 2) * (1 + erf(x / Math.sqrt(2)))),
    gelu_tanh: each(geluTanh),
    scale: each((x, op) => op.factor * x),
    softcap: each((x, op) => softcap(x, op.cap)),
    rmsnorm: (op, machine) => {
        const gain = machine.vector(op.gain);
        const d = gain.length;
        return (frame, y) => {
            const x = frame.values.get(op.x);
            for (let from = 0; from < y.length; from += d) {
                const factor = round(1 / Math.sqrt(dot(x, from, x, from, d) / d + op.epsilon));
                for (let i = 0; i < d; i++) {
                    y[from + i] = round(x[from + i] * factor) * gain[i];
                }
            }
        };
    },
    layernorm: (op, machine) => {
        const gain = machine.vector(op.gain);
        const d = gain.length;
        const bias = machine.vector(op.bias) ?? new Float32Array(d);
        return (frame, y) => {
            const x = frame.values.get(op.x);
            for (let from = 0; from < y.length; from += d) {
                const mean = round(sum(x, from, d) / d);
                for (let i = from; i < from + d; i++) {
                    y[i] = x[i] - mean;
                }
                const factor = round(1 / Math.sqrt(dot(y, from, y, from, d) / d + op.epsilon));
                for (let i = 0; i < d; i++) {
                    y[from + i] = round(round(y[from + i] * factor) * gain[i]) + bias[i];
                }
            }
        };
    },
    rope: (op, machine) => {
        const d = machine.columns(op.x);
        const factors = op.factors === null || op.factors === undefined ? undefined : machine.matrix(op.factors);
        const frequencies = frequenciesOf(op, factors);
        const pairs = frequencies.length;
        const [apart, step] = op.halves ? [pairs, 1] : [1, 2];
        const turns = new Map();
        return (frame, y) => {
            const x = frame.values.get(op.x);
            y.set(x);
            for (let t = 0; t < frame.tokens.length; t++) {
                const turn = turnOf(frame.position + t, frequencies, factors, turns);
                for (let base = t * d; base < (t + 1) * d; base += op.head) {
                    for (let i = 0; i < pairs; i++) {
                        const first = base + i * step;
                        const [c, s, a, b] = [turn[i], turn[pairs + i], x[first], x[first + apart]];
                        y[first] = round(a * c) - round(b * s);
                        y[first + apart] = round(a * s) + round(b * c);
                    }
                }
            }
        };
    },
    attention: (op, machine) => {
        const m = machine.columns(op.k);
        const q = machine.columns(op.q);
        const width = q / op.heads;
        const shared = op.heads / op.kv_heads;
        let weights = new Float32Array(0);
        return (frame, y) => {
            const count = frame.tokens.length;
            const end = frame.position + count;
            const keys = frame.session.state(op.keys, end);
            const values = frame.session.state(op.values, end);
            keys.set(frame.values.get(op.k), frame.position * m);
            values.set(frame.values.get(op.v), frame.position * m);
            const queries = frame.values.get(op.q);
            if (weights.length < end) {
                weights = new Float32Array(2 * end);
            }
            for (let t = 0; t < count; t++) {
                const position = frame.position + t;
                const first = firstOf(op.window, position);
                for (let head = 0; head < op.heads; head++) {
                    const from = first * m + Math.floor(head / shared) * width;
                    const at = t * q + head * width;
                    const seen = position - first + 1;
                    const total = scores(op, queries, at, keys, from, m, seen, width, weights);
                    mix(weights, seen, values, from, m, width, round(1 / total), y, at);
                }
            }
        };
    },
    route: (op, machine) => {
        const n = machine.columns(op.scores);
        const { k, gate, normalise, scale } = op;
        return (frame, y) => {
            const scores = frame.values.get(op.scores);
            for (let at = 0, to = 0; to < y.length; at += n, to += 2 * k) {
                const chosen = chooseExperts(scores, at, n, k);
                const highest = scores[at + chosen[0]];
                let weights;
                if (gate === SOFTMAX || gate === SOFTMAX_OF_CHOSEN) {
                    const exponentials = gate === SOFTMAX
                        ? Float32Array.from({ length: n }, (_, e) => exponential(round(scores[at + e] - highest)))
                        : Float32Array.from(chosen, (e) => exponential(round(scores[at + e] - highest)));
                    const total = sum(exponentials, 0, exponentials.length);
                    weights = Float32Array.from(chosen, (e, j) => exponentials[gate === SOFTMAX ? e : j] / total);
                } else {
                    weights = Float32Array.from(chosen, (e) => sigmoid(scores[at + e]));
                }
                if (normalise === 1) {
                    const total = weights.reduce((a, b) => round(a + b), 0);
                    weights = weights.map((weight) => weight / total);
                }
                y.set(chosen, to);
                y.set(weights.map((weight) => weight * scale), to + k);
            }
        };
    },
    experts: (op, machine) => {
        const weight = machine.weight(op.w);
        const bias = machine.vector(op.b);
        const k = machine.columns(op.route) / 2;
        const columns = machine.columns(op.x);
        const outputs = weight.rows / op.n;
        const made = rowOf(weight);
        return (frame, y) => {
            const x = frame.values.get(op.x);
            const route = frame.values.get(op.route);
            const row = made();
            for (let r = 0; r * k * outputs < y.length; r++) {
                for (let j = 0; j < k; j++) {
                    if (j === 0 || columns !== weight.columns) {
                        row.take(x, r * columns + (columns === weight.columns ? 0 : j * weight.columns));
                    }
                    row.multiply(route[2 * k * r + j] * outputs, outputs, bias, y, (r * k + j) * outputs);
                }
            }
        };
    },
    combine: (op, machine) => {
        const k = machine.columns(op.route) / 2;
        const o = machine.columns(op.result);
        return (frame, y) => {
            const x = frame.values.get(op.x);
            const route = frame.values.get(op.route);
            for (let r = 0; r * o < y.length; r++) {
                mix(route.subarray((2 * r + 1) * k), k, x, r * k * o, o, o, 1, y, r * o);
            }
        };
    },
};

/** The first position that a token looks back on; a window of 0 has no end. */
export function firstOf(window, position) {
    return window > 0 ? Math.max(0, position - window + 1) : 0;
}

/** Exponentials of one head's scores at one position, into `to`; their sum. */
function scores(op, queries, at, keys, from, step, count, width, to) {
    let highest = -Infinity;
    for (let s = 0; s < count; s++) {
        let score = round(dot(queries, at, keys, from + s * step, width) * op.scale);
        score = op.softcap > 0 ? softcap(score, op.softcap) : score;
        to[s] = score;
        highest = Math.max(highest, score);
    }
    for (let s = 0; s < count; s++) {
        to[s] = exponential(round(to[s] - highest));
    }
    return sum(to, 0, count);
}

/** Radians that each pair turns by for each position. */
export function frequenciesOf(op, factors) {
    return Float64Array.from({ length: op.dims / 2 }, (_, i) => frequencyOf(op, i) / (factors ? factors[i] : 1));
}

function frequencyOf({ dims, theta, factor, low, high, original }, i) {
    const frequency = pow(theta, (-2 * i) / dims);
    if (!(original > 0)) {
        return frequency / factor;
    }
    const waves = (original * frequency) / (2 * Math.PI);
    if (waves > high) {
        return frequency;
    }
    if (waves < low) {
        return frequency / factor;
    }
    const blend = (waves - low) / (high - low);
    return ((1 - blend) * frequency) / factor + blend * frequency;
}

/** Cosines, then sines, of a position's angles. */
function turnOf(position, frequencies, factors, kept) {
    let turn = kept.get(position);
    if (!turn) {
        turn = new Float32Array(2 * frequencies.length);
        frequencies.forEach((frequency, i) => {
            const length = factors ? factors[frequencies.length + i] : 1;
            turn[i] = length * cos(position * frequency);
            turn[frequencies.length + i] = length * sin(position * frequency);
        });
        kept.set(position, turn);
    }
    return turn;
}

const sums = new Float32Array(LANES);
const products = new Float32Array(LANES);

/** A weight's row of x, made when it is first asked for: that unpacks the weight. */
function rowOf(weight) {
    let row;
    return () => (row ??= new MultipliedRow(weight));
}

/** y[r, o] = Σ x[r, i] · w[o, i] + b[o] */
function product(row, x, y, bias) {
    const { rows: outputs, columns: inputs } = row.weight;
    for (let at = 0, to = 0; to < y.length; at += inputs, to += outputs) {
        row.take(x, at);
        row.multiply(0, outputs, bias, y, to);
    }
}

/** A row of x as a weight's products read it: each output is summed in the order of the columns, block by block where there are blocks. */
class MultipliedRow {
    constructor(weight) {
        this.weight = weight;
        this.panel = weight.panel();
        this.block = weight.type.block;
        this.x = new Float32Array(this.panel.columns); // filled up with zeros to whole units
        this.narrow = new Uint8Array(this.panel.blocks ?? 0);
        this.ofBlocks = new Float32Array(this.panel.blocks ?? 0);
        this.isAffine = weight.type.name === 'u8';
        this.step = round(round(weight.max - weight.min) / 255);
        this.offset = 0;
    }

    /** Takes a row, which begins at `at`. */
    take(x, at) {
        const { columns, min } = this.weight;
        this.x.fill(0).set(x.subarray(at, at + columns));
        this.offset = this.isAffine ? round(min * sum(x, at, columns)) : 0;
        for (let b = 0; b < this.narrow.length; b++) {
            const { columns: size, nibbles, minimum } = this.block;
            this.narrow[b] = isNarrow(this.x, b * size, size) ? 1 : 0;
            this.ofBlocks[b] = nibbles || minimum ? sum(this.x, b * size, size) : 0;
            if (nibbles) {
                const block = this.x.slice(b * size, (b + 1) * size);
                block.forEach((value, column) => (this.x[b * size + placeOf(column, size, true)] = value));
            }
        }
    }

    /** Puts the outputs of `count` rows of the weight, from row `first` on, into y from `to`. */
    multiply(first, count, bias, y, to) {
        for (let row = first; row < first + count;) {
            const group = Math.floor(row / LANES);
            const end = Math.min(first + count, (group + 1) * LANES);
            this.block ? this.sumBlocks(group) : this.sumColumns(group);
            for (; row < end; row++) {
                const value = sums[row % LANES];
                y[to + row - first] = bias ? value + bias[row] : value;
            }
        }
    }

    sumColumns(group) {
        const { columns } = this.weight;
        sums.fill(0);
        addColumns(this.panel.values, group * columns * LANES, columns, this.x, 0, sums, 0);
        for (let i = 0; this.isAffine && i < LANES; i++) {
            sums[i] = fma(sums[i], this.step, this.offset);
        }
    }

    sumBlocks(group) {
        const { codes, scales, minima, blocks, columns } = this.panel;
        const { columns: size, nibbles, minimum } = this.block;
        sums.fill(0);
        for (let b = 0; b < blocks; b++) {
            const from = (group * columns + b * size) * LANES;
            if (this.narrow[b]) {
                sumCodes(codes, from, size, this.x, b * size, products);
            } else {
                sumCodesExactly(codes, from, size, this.x, b * size, products);
            }
            const at = (group * blocks + b) * LANES;
            addScaled(products, nibbles && !minimum ? 8 * this.ofBlocks[b] : 0, scales, at, sums);
            if (minimum) {
                addProducts(this.ofBlocks[b], minima, at, sums);
            }
        }
    }
}

/** The k highest of n scores, the lower number first where two are equal. */
function chooseExperts(scores, at, n, k) {
    return Array.from({ length: n }, (_, e) => e)
        .sort((a, b) => scores[at + b] - scores[at + a] || a - b)
        .slice(0, k);
}

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** The error function: its Taylor series near 0, the continued fraction of erfc further out. */
function erf(x) {
    const a = Math.abs(x);
    if (a < 3) {
        let term = x;
        let total = x;
        for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
            term *= (-x * x) / n;
            total += term / (2 * n + 1);
        }
        return TWO_OVER_ROOT_PI * total;
    }
    let fraction = 0;
    for (let n = 60; n > 0; n--) {
        fraction = n / 2 / (a + fraction);
    }
    const erfc = exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction);
    return x < 0 ? -(1 - erfc) : 1 - erfc;
}
