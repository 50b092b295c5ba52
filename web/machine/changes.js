/**
 * Changes of a trained model, without a byte of its cartridge changed: factors for columns or rows of a weight, and values for
 * a region of one. A changed weight is used as f32, decoded from its type and then changed, on every executor.
 */

import { layersOf } from './look.js';
import { TYPES, Weight } from './weights.js';

const F32 = TYPES.get(1);

/**
 * A cartridge with changes.
 *
 * @param {{head?: [number, number], layer?: number, tensor?: string, columns?: [number, number], rows?: [number, number], factor?: number, values?: number[]}[]} changes
 *     a region of a weight (all of it where a range is left out), and a factor for it, or its new values row by row; or a
 *     head of a layer, or a layer, and a factor for what it adds
 */
export function withChanges(cartridge, changes = []) {
    if (!changes || changes.length === 0) {
        return cartridge;
    }
    const weights = new Map(cartridge.weights);
    const changed = new Map();
    const spelled = changes.flatMap((change) => spelledOut(cartridge.program, change));
    for (const change of spelled) {
        const id = cartridge.program.tensors.findIndex(({ name, role }) => name === change.tensor && role === 'weight');
        if (id < 0) {
            throw new RangeError(`expected a weight of this model, found ${JSON.stringify(change.tensor)}`);
        }
        if (!changed.has(id)) {
            changed.set(id, valuesOf(cartridge.weights.get(id)));
        }
        apply(change, cartridge.weights.get(id), changed.get(id));
    }
    changed.forEach((values, id) => weights.set(id, ofValues(cartridge.weights.get(id), values)));
    return Object.assign(Object.create(Object.getPrototypeOf(cartridge)), cartridge, { weights });
}

/** A change of a head or of a layer as changes of weights. */
function spelledOut(program, change) {
    if (change.head) {
        const found = scaledHead(program, change.head[0], change.head[1], change.factor);
        return found ? [found] : [];
    }
    return change.layer === undefined ? [change] : scaledLayer(program, change.layer, change.factor);
}

function valuesOf(weight) {
    const values = new Float32Array(weight.rows * weight.columns);
    for (let row = 0; row < weight.rows; row++) {
        weight.row(row, values, row * weight.columns);
    }
    return values;
}

function apply({ tensor, columns, rows, factor, values }, weight, to) {
    const [fromRow, toRow] = rows ?? [0, weight.rows];
    const [fromColumn, toColumn] = columns ?? [0, weight.columns];
    const fits = fromRow >= 0 && fromRow < toRow && toRow <= weight.rows
        && fromColumn >= 0 && fromColumn < toColumn && toColumn <= weight.columns;
    const size = (toRow - fromRow) * (toColumn - fromColumn);
    if (!fits || (values && values.length !== size)) {
        throw new RangeError(`${tensor}: expected a region within ${weight.rows} x ${weight.columns}`);
    }
    let i = 0;
    for (let row = fromRow; row < toRow; row++) {
        for (let column = fromColumn; column < toColumn; column++, i++) {
            const at = row * weight.columns + column;
            to[at] = values ? values[i] : to[at] * factor;
        }
    }
}

/** A weight of these values, in groups of f32. */
function ofValues({ name, rows, columns, lines }, values) {
    const group = (index) => {
        const bytes = new Float32Array(columns * lines);
        for (let line = 0; line < lines && index * lines + line < rows; line++) {
            for (let column = 0; column < columns; column++) {
                bytes[column * lines + line] = values[(index * lines + line) * columns + column];
            }
        }
        return new Uint8Array(bytes.buffer);
    };
    return new Weight({ name, type: F32, rows, columns, lines, min: 0, max: 0, group });
}

/**
 * The change that scales what one head of a layer's attention gives: the columns of the product that reads it.
 *
 * @returns undefined where nothing but a product reads the attention
 */
export function scaledHead(program, layer, head, factor) {
    const attention = layersOf(program).attentions[layer];
    const reader = program.instructions.find((each) => each.name === 'matmul' && each.x === attention.result);
    if (!reader) {
        return undefined;
    }
    const width = program.tensors[attention.result].columns / attention.heads;
    return { tensor: program.tensors[reader.w].name, columns: [head * width, (head + 1) * width], factor };
}

/** The changes that scale all that a layer adds: every product whose result is added to the layer's input. */
export function scaledLayer(program, layer, factor) {
    const { ends, alive } = layersOf(program);
    const start = layer === 0 ? -1 : alive.findIndex(({ result }) => result === ends[layer - 1]);
    const block = alive.slice(start + 1, alive.findIndex(({ result }) => result === ends[layer]) + 1);
    const added = new Set(block.filter(({ name }) => name === 'add').flatMap(({ a, b }) => [a, b]));
    return block
        .filter((each) => each.name === 'matmul' && added.has(each.result))
        .flatMap((each) => [each.w, each.b].filter((id) => id !== null))
        .map((id) => ({ tensor: program.tensors[id].name, factor }));
}
