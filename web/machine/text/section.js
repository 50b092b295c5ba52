/** Little-endian numbers and bytes of a tokenizer section, one after another. */

import { textOfUtf8 } from './utf8.js';

/** A section or a vocabulary that makes no tokenizer. */
export class TokenizerFault extends Error {
    constructor(place, expected, found) {
        super(`${place}: expected ${expected}, found ${found}`);
        Object.assign(this, { place, expected, found });
    }
}

export class SectionReader {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.at = 0;
    }

    /** The place of the next bytes, which are there. */
    take(count, what) {
        const left = this.bytes.length - this.at;
        if (count > left) {
            throw new TokenizerFault(`tokenizer section, ${what} at byte ${this.at}`, `${count} bytes`, `${left} bytes`);
        }
        this.at += count;
        return this.at - count;
    }

    i32(what) {
        return this.view.getInt32(this.take(4, what), true);
    }

    f32(what) {
        return this.view.getFloat32(this.take(4, what), true);
    }

    u16(what) {
        return this.view.getUint16(this.take(2, what), true);
    }

    u8(what) {
        return this.view.getUint8(this.take(1, what));
    }

    taken(count, what) {
        const at = this.take(count, what);
        return this.bytes.subarray(at, at + count);
    }

    /** A text in UTF-8 after its length in two bytes. */
    text(what) {
        const text = textOfUtf8(this.taken(this.u16(what), what));
        if (text === undefined) {
            throw new TokenizerFault(`tokenizer section, ${what}`, 'text in UTF-8', 'other bytes');
        }
        return text;
    }

    /** A number of things that take at least this many bytes each, checked before memory is taken for them. */
    count(most, bytesEach, what) {
        const count = this.i32(what);
        if (count < 0 || count > most) {
            throw new TokenizerFault(`tokenizer section, ${what}`, `0 to ${most}`, String(count >>> 0));
        }
        const here = this.at;
        this.take(count * bytesEach, what);
        this.at = here;
        return count;
    }

    /** Whether at least this many bytes are left. */
    has(count) {
        return this.bytes.length - this.at >= count;
    }

    end() {
        if (this.has(1)) {
            throw new TokenizerFault(`tokenizer section, byte ${this.at}`, 'its end', `${this.bytes.length - this.at} more bytes`);
        }
    }
}
