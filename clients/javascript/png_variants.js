/** For tests: pictures in any legal PNG encoding, and illegal ones. A second reading of the PNG document. */
import { deflateSync } from 'node:zlib';

// the pass of each pixel in a tile of 8 x 8, as the PNG document draws it
const TILE = ['16462646', '77777777', '56565656', '77777777', '36463646', '77777777', '56565656', '77777777'];

export const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function crc(bytes) {
    let value = -1;
    for (const byte of bytes) {
        value ^= byte;
        for (let bit = 0; bit < 8; bit++) {
            value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
        }
    }
    return ~value >>> 0;
}

export function chunk(type, data = []) {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length);
    out.write(type, 4, 'latin1');
    out.set(data, 8);
    out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
}

export function header(width, height, depth = 8, colour = 2, interlace = 0, compression = 0, filter = 0) {
    const data = Buffer.alloc(13);
    data.writeUInt32BE(width);
    data.writeUInt32BE(height, 4);
    data.set([depth, colour, compression, filter, interlace], 8);
    return chunk('IHDR', data);
}

/** A file of these chunks between signature and IEND. */
export function png(...chunks) {
    return Buffer.concat([SIGNATURE, ...chunks, chunk('IEND')]);
}

export function data(rows, options) {
    return chunk('IDAT', deflateSync(Buffer.from(rows), options));
}

function predictor(filter, a, b, c) {
    const p = a + b - c;
    const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
    return [0, a, b, Math.floor((a + b) / 2), pa <= pb && pa <= pc ? a : pb <= pc ? b : c][filter];
}

/**
 * A file whose sample `c` at x, y is `samples[y][x][c]`, its data in chunks of `part` bytes and empty ones around them.
 *
 * @param {{colour: number, depth: number, interlaced: boolean, filter: number}} encoding filter -1 for each in turn
 */
export function encode(samples, { colour, depth, interlaced, filter }, part, extra = []) {
    const rows = [];
    for (const pass of interlaced ? '1234567' : '1') {
        let above = [];
        samples.forEach((line, y) => {
            const taken = line.filter((_, x) => !interlaced || TILE[y % 8][x % 8] === pass);
            if (taken.length > 0) {
                const bits = taken.flat().map((sample) => sample.toString(2).padStart(depth, '0')).join('');
                const padded = bits.padEnd(8 * Math.ceil(bits.length / 8), '1');
                const bytes = padded.match(/.{8}/g).map((each) => parseInt(each, 2));
                const distance = Math.max(1, (line[0].length * depth) >> 3);
                const kind = filter >= 0 ? filter : rows.length % 5;
                const at = (from, i) => from[i] ?? 0;
                rows.push([kind, ...bytes.map((byte, i) => byte
                    - predictor(kind, at(bytes, i - distance), at(above, i), at(above, i - distance)))]);
                above = bytes;
            }
        });
    }
    const packed = deflateSync(Uint8Array.from(rows.flat()));
    const parts = [chunk('IDAT')];
    for (let at = 0; at < packed.length; at += part) {
        parts.push(chunk('IDAT', packed.subarray(at, at + part)));
    }
    const first = header(samples[0].length, samples.length, depth, colour, interlaced ? 1 : 0);
    return png(first, ...extra, ...parts, chunk('IDAT'));
}
