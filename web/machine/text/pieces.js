/** A vocabulary: the spelling and the type of each token, and the way back from bytes to ids. */

import { TokenizerFault } from './section.js';
import { keyOf, replacedText, textOfUtf8, utf8 } from './utf8.js';

/** In place of an id where there is no such token. */
export const NO_TOKEN = -1;

export const MAX_PIECES = 1 << 20;
const MAX_PIECE_BYTES = 512;

/** What a piece is for; the codes are those of GGUF and of SentencePiece. */
export const NORMAL = 1;
export const UNKNOWN = 2;
export const CONTROL = 3;
export const USER_DEFINED = 4;
export const UNUSED = 5;
export const BYTE = 6;

/** The character that stands for a space in vocabularies. */
export const LOW_BLOCK = '\u2581';

const NOTHING = new Uint8Array();

/** Reads the pieces of a section, with a score before each where they have one. */
export function readPieces(input, count, scores) {
    const [spellings, types] = [[], new Uint8Array(count)];
    for (let id = 0; id < count; id++) {
        const place = `piece ${id}`;
        if (scores) {
            scores[id] = input.f32(place);
        }
        types[id] = input.u8(place);
        if (types[id] < NORMAL || types[id] > BYTE) {
            throw new TokenizerFault(place, 'a piece type from 1 to 6', String(types[id]));
        }
        const length = input.u16(place);
        if (length > MAX_PIECE_BYTES) {
            throw new TokenizerFault(place, `at most ${MAX_PIECE_BYTES} bytes`, String(length));
        }
        spellings.push(input.taken(length, place));
    }
    return { spellings, types };
}

export class Pieces {
    /**
     * Checks and indexes a vocabulary.
     *
     * @param {{isText: boolean, lowBlock?: boolean}} how whether every spelling is text, otherwise only those of added tokens
     *     are; whether a ▁ within an added token, which is looked for as it stands, is the space of its text
     */
    constructor({ spellings, types }, { isText, lowBlock = false }) {
        if (spellings.length < 1) {
            throw new TokenizerFault('vocabulary', `1 to ${MAX_PIECES} pieces`, '0');
        }
        Object.assign(this, { spellings, types, lowBlock, size: spellings.length });
        this.normal = new Map(); // by the bytes as text
        this.added = new Map();
        this.byteIds = new Int32Array(256).fill(NO_TOKEN);
        spellings.forEach((spelling, id) => {
            const type = types[id];
            if ((isText || type !== NORMAL) && textOfUtf8(spelling) === undefined) {
                throw new TokenizerFault(`piece ${id}`, 'text in UTF-8', `the bytes [${[...spelling].join(', ')}]`);
            }
            if (type === NORMAL) {
                index(this.normal, spelling, id);
            } else if (type === CONTROL || type === USER_DEFINED) {
                index(this.added, this.plain(spelling), id);
            } else if (type === BYTE) {
                this.indexByte(byteValue(spelling, id), id);
            }
        });
        this.hasAllBytes = !this.byteIds.includes(NO_TOKEN);
        this.unknown = types.indexOf(UNKNOWN);
    }

    /** The bytes with spaces for ▁ where that is meant. */
    plain(spelling) {
        return this.lowBlock ? utf8(textOfUtf8(spelling).replaceAll(LOW_BLOCK, ' ')) : spelling;
    }

    indexByte(value, id) {
        if (this.byteIds[value] !== NO_TOKEN) {
            throw new TokenizerFault(`piece ${id}`, 'a byte that no other piece has', `that of piece ${this.byteIds[value]}`);
        }
        this.byteIds[value] = id;
    }

    /** The piece of these bytes, a normal one before an added token, which merges may spell too; or none. */
    find(key) {
        return this.normal.get(key) ?? this.added.get(key) ?? NO_TOKEN;
    }

    /** The control token that is spelled so, or none. */
    control(spelling) {
        const id = this.added.get(keyOf(this.plain(utf8(spelling)))) ?? NO_TOKEN;
        return id !== NO_TOKEN && this.types[id] === CONTROL ? id : NO_TOKEN;
    }

    /** Whether merges may join or make this piece. */
    isMergeable(id) {
        return id >= 0 && id < this.size && [NORMAL, USER_DEFINED, CONTROL].includes(this.types[id]);
    }

    /** The bytes that merges join. */
    mergeable(id) {
        return this.plain(this.spellings[id]);
    }

    requireKnown(id) {
        if (!Number.isInteger(id) || id < 0 || id >= this.size) {
            throw new RangeError(`token id ${id}: expected 0 to ${this.size - 1}`);
        }
    }

    /** The bytes that a token adds to a text. */
    bytes(id) {
        this.requireKnown(id);
        switch (this.types[id]) {
            case NORMAL:
                return this.spellings[id];
            case USER_DEFINED:
                return this.plain(this.spellings[id]);
            case BYTE:
                return Uint8Array.of(byteValue(this.spellings[id], id));
            case UNKNOWN:
                return utf8('\uFFFD');
            default:
                return NOTHING;
        }
    }

    /** A token for people: the name of one without text. */
    label(id) {
        this.requireKnown(id);
        const isNamed = [CONTROL, UNKNOWN, UNUSED].includes(this.types[id]);
        return replacedText(isNamed ? this.spellings[id] : this.bytes(id));
    }

    /** Checks the id of a special token. */
    checked(id, place) {
        if (id < NO_TOKEN || id >= this.size) {
            throw new TokenizerFault(place, `-1 or an id below ${this.size}`, String(id));
        }
        return id;
    }
}

function index(map, spelling, id) {
    if (spelling.length === 0) {
        throw new TokenizerFault(`piece ${id}`, 'at least one byte', 'none');
    }
    const key = keyOf(spelling);
    if (map.has(key)) {
        throw new TokenizerFault(`piece ${id}`, 'a spelling that no other piece has', `that of piece ${map.get(key)}`);
    }
    map.set(key, id);
}

function byteValue(spelling, id) {
    const text = textOfUtf8(spelling);
    const [, digits] = /^<0x([0-9a-fA-F]{2})>$/.exec(text) ?? [];
    if (digits === undefined) {
        throw new TokenizerFault(`piece ${id}`, 'a byte as in <0x0A>', text);
    }
    return parseInt(digits, 16);
}

/** The tokens that end a text: EOS, and the list that may stand at the end of a section. */
export function readEnds(input, eos, pieces) {
    const ends = new Set(eos === NO_TOKEN ? [] : [eos]);
    if (!input.has(8)) {
        return ends;
    }
    const [place, count] = ['end tokens', input.count(256, 4, 'number of end tokens')];
    let last = NO_TOKEN;
    for (let i = 0; i < count; i++) {
        const id = pieces.checked(input.i32(place), place);
        if (id <= last || id === eos) {
            throw new TokenizerFault(place, 'ascending ids without EOS', String(id));
        }
        ends.add(id);
        last = id;
    }
    if (count === 0) {
        throw new TokenizerFault(place, 'at least one, or no list', 'none');
    }
    return ends;
}
