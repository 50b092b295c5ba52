/** A cartridge: a model in a PNG. docs/cartridge.md draws the layout. */

import { decodePng } from '../../clients/javascript/pixel_llm.js';
import { CartridgeError } from './errors.js';
import { crc32c, hex, sha256 } from './sha256.js';
import { readProgram } from './program.js';
import { LINES, TYPES, Weight } from './weights.js';

const MAGIC = [0x70, 0x78, 0x43, 0x41, 0x52, 0x54, 0, 1]; // pxCART
const VERSION = 2;
const ALIGNMENT = 64;
const TABLE = 64;
const ENTRY = 56;
const SECTIONS = ['manifest', 'tokenizer', 'program', 'tensor index', 'tensors'];
const HEADER = TABLE + SECTIONS.length * ENTRY;
const MAX_BYTES = 2 ** 31 - 1;
const MIN_WIDTH = 144;
const MAX_WIDTH = 21840;
const AGAIN = 'Fetch the cartridge again from its source.';

/**
 * Opens a cartridge.
 *
 * @param {Uint8Array} bytes of the file; kept, not copied
 * @param {string} file its name in messages
 */
export async function openCartridge(bytes, file = '<memory>') {
    if (bytes.length > MAX_BYTES) {
        const remedy = 'Run it with ./pixel-llm on your own machine.';
        throw new CartridgeError(file, 'file', `at most ${MAX_BYTES} bytes`, `${bytes.length} bytes`, remedy);
    }
    const pages = mappedPages(bytes) ?? (await decodedPages(bytes, file));
    return new Cartridge(pages, file);
}

/** Pages of a file that is laid out as cartridges are, where they lie; undefined of any other PNG. */
function mappedPages(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 64 || view.getUint32(0) !== 0x89504e47 || view.getUint32(12) !== 0x49484452) {
        return undefined;
    }
    const [width, height] = [view.getUint32(16), view.getUint32(20)];
    if (view.getUint32(24) !== 0x08020000 || bytes[28] !== 0 || width < MIN_WIDTH || width > MAX_WIDTH) {
        return undefined;
    }
    let at = 33;
    while (at + 12 <= bytes.length && view.getUint32(at + 4) !== 0x49444154) {
        at += 12 + view.getUint32(at);
    }
    const empty = (((-(3 * width + 6) * 13) % 64) + 64) % 64;
    const frame = 5 * empty + 6;
    const pitch = frame + 3 * width;
    const base = at + 8 + 2 + frame;
    // One IDAT chunk, which holds up to 2³¹−1 bytes: a longer file is not opened here.
    if (at + 12 > bytes.length || view.getUint32(at) !== 2 + height * pitch + 4) {
        return undefined;
    }
    const isStored = (page) => {
        let p = base + page * pitch - frame;
        for (let i = 0; i <= empty; i++, p += 5) {
            const length = i < empty ? 0 : 3 * width + 1;
            const final = i === empty && page === height - 1 ? 1 : 0;
            const word = bytes[p + 1] | (bytes[p + 2] << 8);
            if (bytes[p] !== final || word !== length || (bytes[p + 3] | (bytes[p + 4] << 8)) !== (~length & 0xffff)) {
                return false;
            }
        }
        return bytes[p] === 0;
    };
    if (bytes[at + 8] !== 0x78 || bytes[at + 9] !== 0x01) {
        return undefined;
    }
    for (let page = 0; page < height; page++) {
        if (!isStored(page)) {
            return undefined;
        }
    }
    return pagesOf(bytes, base, pitch, width, height, true);
}

async function decodedPages(bytes, file) {
    const png = await decodePng(bytes, file);
    return pagesOf(png.rgb, 0, 3 * png.width, png.width, png.height, false);
}

function pagesOf(bytes, base, pitch, width, height, isMapped) {
    const payload = Math.floor((3 * width) / ALIGNMENT) * ALIGNMENT;
    const page = (index) => bytes.subarray(base + index * pitch, base + index * pitch + payload);
    return { count: height, width, payload, page, isMapped };
}

/** A model that can be run: program, weights, the tokenizer's section and the manifest. */
export class Cartridge {
    constructor(pages, file) {
        this.file = file;
        this.pages = pages;
        const header = pages.page(0);
        if (pages.payload < HEADER || MAGIC.some((byte, i) => header[i] !== byte)) {
            const found = 'a picture of another kind';
            throw new CartridgeError(file, 'pixel 0', 'a cartridge, whose pixels begin with pxCART', found, AGAIN);
        }
        const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
        const version = view.getUint32(8, true);
        if (version !== VERSION) {
            const remedy = version === 1
                ? '`pixel-llm convert CARTRIDGE -o NEW.pxi --weights same` makes a new one of it.'
                : 'Use a newer Pixel-LLM.';
            throw new CartridgeError(file, 'header', `version ${VERSION}`, `version ${version}`, remedy);
        }
        const altered = (place, expected) =>
            new CartridgeError(file, place, expected, 'other bytes: the picture was altered or damaged', AGAIN);
        const crc = crc32c(header.subarray(0, 28), header.subarray(32, HEADER));
        const count = view.getUint32(12, true);
        if (crc !== view.getUint32(28, true) || count !== SECTIONS.length
            || view.getBigUint64(16, true) !== BigInt(pages.count)) {
            throw altered('header', 'the CRC-32C that it states');
        }
        this.digest = hex(header.subarray(32, 64));
        this.sections = [];
        let next = 1;
        for (let i = 0; i < count; i++) {
            const at = TABLE + i * ENTRY;
            const [code, first] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
            const length = Number(view.getBigUint64(at + 8, true));
            if (code !== i + 1 || first !== next || length > (pages.count - first) * pages.payload) {
                throw altered(`header, ${SECTIONS[i]}`, 'a section within the file, in its place');
            }
            const digest = header.subarray(at + 24, at + 56);
            this.sections.push({ first, length, crc: view.getUint32(at + 16, true), digest });
            next = first + Math.ceil(length / pages.payload);
        }
        if (hex(sha256(header.subarray(TABLE, HEADER))) !== this.digest) {
            throw altered('header', 'the digest of its section table');
        }
        for (const part of [0, 1, 2, 3]) {
            if (crc32c(this.section(part)) !== this.sections[part].crc) {
                throw altered(SECTIONS[part], 'the CRC-32C that the header states');
            }
        }
        this.manifest = JSON.parse(new TextDecoder().decode(this.section(0)));
        this.tokenizer = this.section(1);
        const image = this.section(2);
        this.program = readProgram(image, file);
        this.programDigest = hex(sha256(image));
        this.weights = this.readIndex();
    }

    /** A section's bytes, copied out of its pages. */
    section(index) {
        const { first, length } = this.sections[index];
        const { payload } = this.pages;
        const bytes = new Uint8Array(length);
        for (let at = 0, page = first; at < length; at += payload, page++) {
            bytes.set(this.pages.page(page).subarray(0, Math.min(payload, length - at)), at);
        }
        return bytes;
    }

    /** Whether every byte of the tensors is the one that was written. */
    isIntact() {
        return hex(sha256(this.section(4))) === hex(this.sections[4].digest);
    }

    readIndex() {
        const bytes = this.section(3);
        const view = new DataView(bytes.buffer);
        const { tensors } = this.program;
        const ids = tensors.flatMap((tensor, id) => (tensor.role === 'weight' ? [id] : []));
        const fault = (where, expected, found) =>
            new CartridgeError(this.file, `tensor index${where}`, expected, found, 'Make the cartridge again.');
        if (bytes.length !== 64 * ids.length) {
            throw fault('', `${ids.length} entries of 64 bytes`, `${bytes.length} bytes`);
        }
        const weights = new Map();
        ids.forEach((id, i) => {
            const u32 = (at) => view.getUint32(64 * i + at, true);
            const tensor = tensors[id];
            const { name, rows, columns, code } = tensor;
            if (u32(0) !== id || u32(4) !== code || u32(8) !== rows || u32(12) !== columns) {
                throw fault(`, ${name}`, `tensor ${id}, ${rows} x ${columns}`, 'another');
            }
            const place = {
                page: Number(view.getBigUint64(64 * i + 16, true)), offset: u32(24), perPage: u32(28),
                stride: Number(view.getBigUint64(64 * i + 32, true)),
            };
            const type = TYPES.get(code);
            const lines = tensor.shape.length > 1 ? LINES : 1;
            const unit = type.unitBytes * lines;
            const bytesOfGroup = Math.ceil(columns / type.unitColumns) * unit;
            const groups = Math.ceil(rows / lines);
            if (!this.fits(place, groups, bytesOfGroup, unit)) {
                throw fault(`, ${name}`, 'a place within the tensor section', `page ${place.page}`);
            }
            weights.set(id, new Weight({
                name, type, rows, columns, lines,
                min: view.getFloat32(64 * i + 40, true), max: view.getFloat32(64 * i + 44, true),
                group: (index) => this.group(place, index, bytesOfGroup, unit),
            }));
        });
        return weights;
    }

    fits({ page, offset, perPage, stride }, groups, bytes, unit) {
        const { payload, count } = this.pages;
        const isAligned = stride === Math.ceil(bytes / ALIGNMENT) * ALIGNMENT && offset % ALIGNMENT === 0;
        let pages = Math.ceil(groups / perPage);
        let isPlaced = offset + Math.min(groups, perPage) * stride <= payload && (offset === 0 || perPage >= groups);
        if (perPage === 0) {
            isPlaced = offset === 0 && stride > payload;
            pages = groups * Math.ceil(bytes / (Math.floor(payload / unit) * unit));
        }
        return isAligned && isPlaced && unit <= payload && page >= this.sections[4].first && page + pages <= count;
    }

    /** The bytes of a group, put together where the pages cut it. */
    group({ page, offset, perPage, stride }, index, length, unit) {
        if (perPage > 0) {
            const at = offset + (index % perPage) * stride;
            return this.pages.page(page + Math.floor(index / perPage)).subarray(at, at + length);
        }
        const piece = Math.floor(this.pages.payload / unit) * unit;
        const pieces = Math.ceil(length / piece);
        const bytes = new Uint8Array(length);
        for (let i = 0; i < pieces; i++) {
            const from = this.pages.page(page + index * pieces + i);
            bytes.set(from.subarray(0, Math.min(piece, length - i * piece)), i * piece);
        }
        return bytes;
    }
}
