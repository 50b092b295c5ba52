/** Tokenizers of cartridges: docs/cartridge.md lists the kinds. */

import { CartridgeError } from './errors.js';
import { ExpressionError } from './text/expression_parser.js';
import { SectionReader, TokenizerFault } from './text/section.js';
import { ByteBpe, ScoredBpe, Unigram } from './text/tokenizers.js';
import { utf8 } from './text/utf8.js';

const NO_TOKEN = -1;
const MAX_CHARACTERS = 1024;
const REMEDY = 'Make the file again with the tokenizer of its model.';

/**
 * The tokenizer of a cartridge; undefined where it has none.
 *
 * Each has a name, the number of its ids (vocabulary), bos and eos (-1: none), spacePrefix, and
 * encode(text) → ids, decode(id) → a token for eyes, bytes(id), isEnd(id), control(spelling) → id, decoder() → add(id) → text.
 */
export function tokenizerOf({ tokenizer, file }) {
    if (tokenizer.length === 0) {
        return undefined;
    }
    try {
        const input = new SectionReader(tokenizer);
        const read = readTokenizer(input);
        input.end();
        const encode = read.encode.bind(read);
        read.encode = (text) => encoded(text, encode, file);
        return read;
    } catch (error) {
        throw error instanceof TokenizerFault ? faultIn(file, error, REMEDY) : error;
    }
}

const faultIn = (file, { place, expected, found }, remedy) => new CartridgeError(file, place, expected, found, remedy);

/** The ids of a text, or one error that says why it has none. */
function encoded(text, encode, file) {
    try {
        return encode(text);
    } catch (error) {
        if (error instanceof TokenizerFault) {
            throw faultIn(file, error, 'Use a newer browser.');
        }
        if (error instanceof ExpressionError) {
            throw new CartridgeError(file, 'text', 'one that can be cut into words', error.message, 'Give a shorter text.');
        }
        throw error;
    }
}

function readTokenizer(input) {
    const kind = input.i32('kind');
    switch (kind) {
        case 1: {
            const vocabulary = input.i32('vocabulary');
            if (vocabulary < 1 || vocabulary > MAX_CHARACTERS) {
                throw new TokenizerFault('tokenizer section, vocabulary', `1 to ${MAX_CHARACTERS}`, String(vocabulary >>> 0));
            }
            return new Characters(vocabulary);
        }
        case 2:
            return ScoredBpe.read(input);
        case 3:
            return ByteBpe.read(input);
        case 4:
            return Unigram.read(input);
        default: {
            const kinds = '1 (characters), 2 (scored BPE), 3 (byte-level BPE) or 4 (unigram)';
            throw new TokenizerFault('tokenizer section, kind', kinds, String(kind >>> 0));
        }
    }
}

/** A token's text as a caption: everything in it visible. */
export function textOf(tokenizer, id) {
    if (!tokenizer || id >= tokenizer.vocabulary) {
        return `#${id}`;
    }
    return visible(tokenizer.decode(id));
}

function visible(text) {
    return text
        .replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll('\r', '␍')
        .replace(/[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16).toUpperCase()}}`);
}

/** One id for each code point, modulo the vocabulary. */
class Characters {
    constructor(vocabulary) {
        Object.assign(this, { name: 'characters', vocabulary, bos: NO_TOKEN, eos: NO_TOKEN, spacePrefix: false });
    }

    encode(text) {
        return Array.from(text, (character) => character.codePointAt(0) % this.vocabulary);
    }

    decode(id) {
        return String.fromCodePoint(id);
    }

    bytes(id) {
        return utf8(this.decode(id));
    }

    isEnd() {
        return false;
    }

    control() {
        return NO_TOKEN;
    }

    decoder() {
        return { add: (id) => this.decode(id), end: () => '' };
    }
}
