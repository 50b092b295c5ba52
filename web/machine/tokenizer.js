/** Tokenizers of cartridges: docs/cartridge.md lists the kinds. */

const NO_TOKEN = -1;
const CHARACTERS = 1;

/** The tokenizer of a cartridge; undefined where it has none. */
export function tokenizerOf(cartridge) {
    const bytes = cartridge.tokenizer;
    if (bytes.length === 0) {
        return undefined;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [kind, vocabulary] = [view.getUint32(0, true), view.getUint32(4, true)];
    if (kind === CHARACTERS) {
        return new Characters(vocabulary);
    }
    throw new RangeError(`${cartridge.file}: tokenizers of kind ${kind} are not read here yet`);
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
        this.name = 'characters';
        this.vocabulary = vocabulary;
        this.bos = NO_TOKEN;
    }

    encode(text) {
        return Array.from(text, (character) => character.codePointAt(0) % this.vocabulary);
    }

    decode(id) {
        return String.fromCodePoint(id);
    }

    isEnd() {
        return false;
    }

    decoder() {
        return { add: (id) => this.decode(id) };
    }
}
