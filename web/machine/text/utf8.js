/** UTF-8 as Java writes and reads it, where that is not what the browser's own encoder and decoder do. */

const BROKEN = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const REPLACEMENT = '\uFFFD';

/** As many arguments as a function may have anywhere. */
const SHORT = 4096;

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A text's bytes; half of a surrogate pair is a question mark. */
export const utf8 = (text) => encoder.encode(text.replace(BROKEN, '?'));

/** The text of bytes; undefined where they are not UTF-8. */
export function textOfUtf8(bytes) {
    try {
        return strict.decode(bytes);
    } catch {
        return undefined;
    }
}

/** Bytes as a key: a character for each. */
export function keyOf(bytes) {
    if (bytes.length <= SHORT) {
        return String.fromCharCode.apply(null, bytes);
    }
    let key = '';
    for (let at = 0; at < bytes.length; at += SHORT) {
        key += keyOf(bytes.subarray(at, at + SHORT));
    }
    return key;
}

const isMore = (byte) => (byte & 0xc0) === 0x80;

/** How many bytes the character has that begins with this one; 0 where none does. */
function lengthOf(byte) {
    if (byte < 0x80) {
        return 1;
    }
    return byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xf0 && byte < 0xf8 ? 4 : 0;
}

/** Of malformed bytes, how many one U+FFFD stands for; 0 where what is there may yet become a character. */
function malformed(bytes, at) {
    const [first, second, third, fourth] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    const length = lengthOf(first);
    if (length === 0 || first > 0xf4) {
        return 1;
    }
    const isLow = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
    if (second !== undefined && length > 1 && (!isMore(second) || isLow || (first === 0xf4 && second > 0x8f))) {
        return 1;
    }
    if (third !== undefined && length > 2 && !isMore(third)) {
        return 2;
    }
    if (first === 0xed && second > 0x9f && third !== undefined) {
        return 3;
    }
    return fourth !== undefined && length > 3 && !isMore(fourth) ? 3 : 0;
}

/** Turns bytes into text as they come; those of a character that is not complete are kept until it is. */
export class Utf8Decoder {
    constructor() {
        this.kept = new Uint8Array();
    }

    /** The characters that are complete with these bytes. */
    add(more) {
        const bytes = new Uint8Array(this.kept.length + more.length);
        bytes.set(this.kept);
        bytes.set(more, this.kept.length);
        let text = '';
        let at = 0;
        while (at < bytes.length) {
            const bad = malformed(bytes, at);
            const length = lengthOf(bytes[at]);
            if (bad > 0) {
                text += REPLACEMENT;
                at += bad;
            } else if (at + length > bytes.length) {
                break;
            } else {
                text += strict.decode(bytes.subarray(at, at + length));
                at += length;
            }
        }
        this.kept = bytes.slice(at);
        return text;
    }

    /** What is left when no more bytes come. */
    end() {
        const text = this.kept.length > 0 ? REPLACEMENT : '';
        this.kept = new Uint8Array();
        return text;
    }
}

/** The text of bytes, with U+FFFD for what is malformed. */
export function replacedText(bytes) {
    const decoder = new Utf8Decoder();
    return decoder.add(bytes) + decoder.end();
}
