/**
 * Weights as a cartridge holds them, and as the kernels here read them: rows in groups of 16, column by column.
 * docs/cartridge.md draws the layout and lists the types.
 */

/** Rows of a group of a matrix. */
export const LINES = 16;

const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

function half(bytes, at) {
    const word = bytes[at] | (bytes[at + 1] << 8);
    const sign = word & 0x8000 ? -1 : 1;
    const exponent = (word >> 10) & 31;
    const fraction = word & 1023;
    if (exponent === 0) {
        return sign * fraction * 2 ** -24;
    }
    if (exponent === 31) {
        return fraction ? NaN : sign * Infinity;
    }
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function brain(bytes, at) {
    u32[0] = ((bytes[at] | (bytes[at + 1] << 8)) << 16) >>> 0;
    return f32[0];
}

function single(bytes, at) {
    u32[0] = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
    return f32[0];
}

/** A type whose elements stand for themselves. */
const plain = (name, bytes, read) => ({ name, unitColumns: 1, unitBytes: bytes, read, entries: [{ at: 0, count: 1, bytes }] });

/** A type in blocks; `blocks` of them are a unit, and share a scale where there are several. */
function blocky(name, column, nibbles, minimum, blocks) {
    const codes = nibbles ? column / 2 : column;
    const factors = minimum ? 2 : 1;
    const header = blocks > 1 ? 2 * factors : 0;
    const step = blocks > 1 ? codes + factors : codes + 2 * factors;
    const entries = blocks > 1
        ? [{ at: 0, count: factors, bytes: 2 }, { at: header, count: blocks * step, bytes: 1 }]
        : [{ at: 0, count: codes, bytes: 1 }, { at: codes, count: factors, bytes: 2 }];
    return {
        name, unitColumns: column * blocks, unitBytes: header + blocks * step, entries,
        block: { columns: column, nibbles, minimum, blocks, header, codes, step },
    };
}

/** Types by their codes in programs and indexes. */
export const TYPES = new Map([
    [1, plain('f32', 4, single)],
    [2, plain('u8', 1, (bytes, at) => bytes[at])],
    [3, plain('f16', 2, half)],
    [4, plain('bf16', 2, brain)],
    [5, blocky('q8', 32, false, false, 1)],
    [6, blocky('q4', 32, true, false, 1)],
    [7, blocky('q8m', 32, false, true, 1)],
    [8, blocky('q4m', 32, true, true, 1)],
    [9, blocky('q8k16', 16, false, false, 16)],
    [10, blocky('q4k16', 16, true, false, 16)],
    [11, blocky('q4k16m', 16, true, true, 16)],
    [12, blocky('q4k32m', 32, true, true, 8)],
    [13, blocky('q8k32m', 32, false, true, 8)],
]);

/**
 * Where a column of a block stands in the order that it is summed in: of nibbles, both of a byte follow one another, a column and
 * the one half a block on.
 */
export const placeOf = (column, size, nibbles) =>
    nibbles ? (2 * column) % size + Math.floor((2 * column) / size) : column;

/**
 * A weight tensor. `group(i)` gives the bytes of one group, whole, wherever the cartridge cut it; `min` and `max` are the
 * range of a type that has one.
 */
export class Weight {
    constructor({ name, type, rows, columns, lines, min, max, group }) {
        Object.assign(this, { name, type, rows, columns, lines, min, max, group });
        this.groups = Math.ceil(rows / lines);
        this.units = Math.ceil(columns / type.unitColumns);
    }

    /** A row's values, into `to` from `at`: `w = d · q` and its like, each operation rounded to a float. */
    row(index, to, at) {
        const group = this.group(Math.floor(index / this.lines));
        const { type, lines, columns } = this;
        const line = index % lines;
        if (!type.block) {
            const span = Math.fround(this.max - this.min);
            for (let k = 0; k < columns; k++) {
                const value = type.read(group, (k * lines + line) * type.unitBytes);
                to[at + k] = type.name === 'u8' ? Math.fround(Math.fround(Math.fround(value / 255) * span) + this.min) : value;
            }
            return;
        }
        const { columns: size, nibbles, minimum } = type.block;
        const zero = nibbles && !minimum ? 8 : 0;
        for (let first = 0; first < columns; first += size) {
            const { codes, scale, least } = this.blockOf(group, Math.floor(first / size), line);
            for (let i = 0; i < Math.min(size, columns - first); i++) {
                const product = Math.fround(scale * (this.code(group, codes, i, line) - zero));
                to[at + first + i] = minimum ? Math.fround(product + least) : product;
            }
        }
    }

    /** Where a block's codes begin in its group, and a row's scale and minimum. */
    blockOf(group, number, line) {
        const { block } = this.type;
        const { lines } = this;
        const unit = Math.floor(number / block.blocks) * this.type.unitBytes * lines;
        const codes = unit + (block.header + (number % block.blocks) * block.step) * lines;
        const after = codes + block.codes * lines;
        if (block.blocks === 1) {
            return {
                codes, scale: half(group, after + 2 * line),
                least: block.minimum ? half(group, after + 2 * lines + 2 * line) : 0,
            };
        }
        const signed = (at) => (group[at] << 24) >> 24;
        return {
            codes, scale: Math.fround(half(group, unit + 2 * line) * signed(after + line)),
            least: block.minimum
                ? Math.fround(half(group, unit + 2 * lines + 2 * line) * signed(after + lines + line))
                : 0,
        };
    }

    /** The whole number of a column of a block: a signed byte, or a nibble. */
    code(group, codes, column, line) {
        const { codes: bytes, nibbles } = this.type.block;
        const byte = group[codes + (column % bytes) * this.lines + line];
        if (!nibbles) {
            return (byte << 24) >> 24;
        }
        return column < bytes ? byte & 15 : byte >> 4;
    }

    /** Everything, as kernels read it; made once, when it is first multiplied by. */
    panel() {
        this.unpacked ??= this.type.block ? this.unpackBlocks() : this.unpackPlain();
        return this.unpacked;
    }

    /** All values // [groups, columns, 16] */
    unpackPlain() {
        const { type, lines, columns, groups } = this;
        const values = new Float32Array(groups * columns * LINES);
        for (let g = 0; g < groups; g++) {
            const group = this.group(g);
            for (let i = 0; i < columns * lines; i++) {
                values[g * columns * LINES + i] = type.read(group, i * type.unitBytes);
            }
        }
        return { columns, values };
    }

    /** Codes // [groups, columns, 16], scales and minima // [groups, blocks, 16] */
    unpackBlocks() {
        const { type, groups, units } = this;
        const { columns: size, minimum, nibbles } = type.block;
        const columns = units * type.unitColumns; // filled up to whole units
        const blocks = columns / size;
        const codes = new Int8Array(groups * columns * LINES);
        const scales = new Float32Array(groups * blocks * LINES);
        const minima = minimum ? new Float32Array(groups * blocks * LINES) : null;
        for (let g = 0; g < groups; g++) {
            const group = this.group(g);
            for (let b = 0; b < blocks; b++) {
                for (let line = 0; line < LINES; line++) {
                    const block = this.blockOf(group, b, line);
                    const at = (g * blocks + b) * LINES + line;
                    scales[at] = block.scale;
                    if (minima) {
                        minima[at] = block.least;
                    }
                    const to = (g * columns + b * size) * LINES + line;
                    for (let i = 0; i < size; i++) {
                        codes[to + placeOf(i, size, nibbles) * LINES] = this.code(group, block.codes, i, line);
                    }
                }
            }
        }
        return { columns, codes, scales, minima, blocks };
    }
}
