/** The kinds of tokenizers that have a vocabulary of pieces: scored BPE, byte-level BPE, unigram. */

import { BYTE, NO_TOKEN, Pieces, readEnds, readPieces } from './pieces.js';
import { PairTable, merge, rankedTable, readMerges, scoredTable } from './merges.js';
import { Pipeline, putsSpace, readFlags, readPreparation, withBytes, withSpaces } from './preparation.js';
import { TokenizerFault } from './section.js';
import { Utf8Decoder, keyOf, utf8 } from './utf8.js';
import { bytesOfSpelled, codedSteps } from './word_split.js';

const SPACED = ['addBos', 'spacePrefix', 'findControl', 'lowBlock'];
const BYTE_LEVEL = ['addBos', 'spacePrefix', 'findControl', 'composed', 'wholeWords'];
const UNKNOWN_PENALTY = 10;

/** Beginnings of pieces; the largest known vocabulary has two million. */
const MAX_NODES = 1 << 24;

/** What all kinds share. A subclass encodes a word. */
class PieceTokenizer {
    constructor(name, { pieces, flags, bos, eos, ends, preparation, isSpaced, scores }) {
        Object.assign(this, { name, pieces, vocabulary: pieces.size, addBos: flags.addBos });
        this.bos = pieces.checked(bos, 'BOS');
        this.eos = pieces.checked(eos, 'EOS');
        this.ends = ends;
        this.spacePrefix = isSpaced && putsSpace(flags, preparation);
        if (flags.addBos && bos === NO_TOKEN) {
            throw new TokenizerFault('BOS', 'a token to begin texts with', 'none');
        }
        if (scores) {
            checkScores(pieces, scores);
        }
        const prepared = isSpaced ? withSpaces(flags, preparation) : withBytes(flags, preparation);
        this.pipeline = new Pipeline(pieces, flags.findControl, prepared);
    }

    /** The token ids of a text, begun with BOS where the model was trained so. */
    encode(text) {
        const ids = this.addBos ? [this.bos] : [];
        this.pipeline.encode(text, (id) => ids.push(id), (word) => this.encodeWord(word, ids));
        return ids;
    }

    /** Whether this token ends what a model says. */
    isEnd(id) {
        return this.ends.has(id);
    }

    /** The token that is spelled so and has no text of its own, or -1. */
    control(spelling) {
        return this.pieces.control(spelling);
    }

    /** The bytes that a token adds to a text. */
    bytes(id) {
        return this.pieces.bytes(id);
    }

    /** One token for people to read: a control token's name, and U+FFFD in place of a part of a character. */
    decode(id) {
        return this.pieces.label(id);
    }

    /** Turns tokens into text as they come; `fromTheBeginning` drops the space that was put there. */
    decoder({ fromTheBeginning = false } = {}) {
        const decoder = new Utf8Decoder();
        let dropsSpace = fromTheBeginning && this.spacePrefix;
        return {
            add: (id) => {
                const bytes = this.bytes(id);
                const from = dropsSpace && bytes[0] === 0x20 ? 1 : 0;
                dropsSpace = dropsSpace && bytes.length === 0;
                return decoder.add(bytes.subarray(from));
            },
            end: () => decoder.end(),
        };
    }
}

/** Characters of UTF-8, as from and to. */
function eachCharacter(bytes, to) {
    for (let from = 0, end; from < bytes.length; from = end) {
        end = from + 1;
        while (end < bytes.length && (bytes[end] & 0xc0) === 0x80) {
            end++;
        }
        to(from, end);
    }
}

/** Checks that every text can be spelled or replaced, and that scores can be compared. */
function checkScores(pieces, scores) {
    if (pieces.unknown === NO_TOKEN && !pieces.hasAllBytes) {
        throw new TokenizerFault('pieces', 'one for every byte, or one for unknown text', 'neither');
    }
    const bad = scores.findIndex((score) => !Number.isFinite(score));
    if (bad >= 0) {
        throw new TokenizerFault(`piece ${bad}, score`, 'a finite number', String(scores[bad]));
    }
}

/** A vocabulary with scores. */
function readScored(input) {
    const count = input.count(1 << 20, 7, 'vocabulary');
    const flags = readFlags(input, SPACED);
    const [bos, eos] = [input.i32('BOS'), input.i32('EOS')];
    const preparation = readPreparation(input, flags);
    const scores = new Float32Array(count);
    const spelled = readPieces(input, count, scores);
    const merges = readMerges(input);
    const pieces = new Pieces(spelled, { isText: true, lowBlock: flags.lowBlock });
    const ends = readEnds(input, eos, pieces);
    return { pieces, flags, bos, eos, ends, preparation, isSpaced: true, scores, merges };
}

/** Byte-pair encoding over characters: the neighbours whose joined spelling has the highest score become one token. */
export class ScoredBpe extends PieceTokenizer {
    static read(input) {
        return new ScoredBpe(readScored(input));
    }

    constructor(parts) {
        super('scored-bpe', parts);
        const { pieces, scores, merges } = parts;
        this.table = merges.length === 0 ? scoredTable(pieces, scores) : rankedTable(pieces, merges);
    }

    encodeWord(word, to) {
        const bytes = utf8(word);
        const key = keyOf(bytes);
        const ids = [];
        eachCharacter(bytes, (from, end) => {
            const id = this.pieces.find(key.slice(from, end));
            if (id !== NO_TOKEN) {
                ids.push(id);
                return;
            }
            const spelled = Array.from(bytes.subarray(from, end), (byte) => this.pieces.byteIds[byte]);
            ids.push(...(spelled.includes(NO_TOKEN) ? [this.pieces.unknown] : spelled));
        });
        merge(Int32Array.from(ids), this.table, to);
    }
}

/** Byte-pair encoding over bytes by a ranked list. */
export class ByteBpe extends PieceTokenizer {
    static read(input) {
        const count = input.count(1 << 20, 3, 'vocabulary');
        const flags = readFlags(input, BYTE_LEVEL);
        const [bos, eos, code] = [input.i32('BOS'), input.i32('EOS'), input.i32('word split')];
        const coded = codedSteps(code);
        const written = readPreparation(input, flags);
        if (written.steps.length > 0 && code !== 0) {
            throw new TokenizerFault('tokenizer section, word split', 'a number or steps', 'both');
        }
        const preparation = { ...written, steps: [...coded, ...written.steps] };
        const spelled = readPieces(input, count);
        const merges = readMerges(input);
        const pieces = new Pieces(spelled, { isText: false });
        return new ByteBpe({ pieces, flags, bos, eos, ends: readEnds(input, eos, pieces), preparation, isSpaced: false, merges });
    }

    constructor(parts) {
        super('byte-bpe', parts);
        const { pieces, flags, merges, preparation } = parts;
        this.wholeWords = flags.wholeWords;
        this.spellsBytes = preparation.steps.some(({ kind }) => kind === 'bytes');
        this.byteIds = Int32Array.from({ length: 256 }, (_, byte) => pieces.find(String.fromCharCode(byte)));
        const missing = this.byteIds.findIndex((id, byte) => id === NO_TOKEN && isInUtf8(byte));
        if (missing >= 0) {
            throw new TokenizerFault('pieces', 'one for every byte of UTF-8', `none for byte ${missing}`);
        }
        this.table = rankedTable(pieces, merges);
    }

    encodeWord(word, to) {
        const bytes = this.spellsBytes ? bytesOfSpelled(word) : utf8(word);
        const whole = this.wholeWords ? this.pieces.find(keyOf(bytes)) : NO_TOKEN;
        if (whole === NO_TOKEN) {
            merge(Int32Array.from(bytes, (byte) => this.byteIds[byte]), this.table, to);
        } else {
            to.push(whole);
        }
    }
}

/** Whether some text has this byte: some vocabularies leave the 13 out that never occur. */
const isInUtf8 = (byte) => byte < 0xc0 || (byte > 0xc1 && byte < 0xf5);

/** A unigram model: of all ways to cut a word the one whose scores have the greatest sum, in double precision. */
export class Unigram extends PieceTokenizer {
    static read(input) {
        const parts = readScored(input);
        if (parts.merges.length > 0) {
            throw new TokenizerFault('tokenizer section, number of merges', '0', 'more');
        }
        return new Unigram(parts);
    }

    constructor(parts) {
        super('unigram', parts);
        const { pieces, scores } = parts;
        this.scores = scores;
        this.unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY;
        this.children = new PairTable(); // the vocabulary as a tree: from a node and a byte to a node
        this.pieceAt = [NO_TOKEN];
        pieces.types.forEach((type, id) => {
            // Hugging Face's library finds a byte's piece where a text spells its name, too.
            if (pieces.isMergeable(id) || type === BYTE) {
                this.plant(pieces.mergeable(id), id);
            }
        });
    }

    plant(spelling, id) {
        let node = 0;
        for (const byte of spelling) {
            const found = this.children.find(node, byte);
            if (found >= 0) {
                node = this.children.merged[found];
                continue;
            }
            const child = this.pieceAt.length;
            if (child > MAX_NODES) {
                throw new TokenizerFault('pieces', `at most ${MAX_NODES} different beginnings`, 'more');
            }
            this.pieceAt.push(NO_TOKEN);
            this.children.add(node, byte, 0, child);
            node = child;
        }
        this.pieceAt[node] = id;
    }

    encodeWord(word, to) {
        const bytes = utf8(word);
        const best = new Float64Array(bytes.length + 1);
        const start = new Int32Array(bytes.length + 1).fill(-1); // of the last piece of the best way to here
        const piece = new Int32Array(bytes.length + 1);
        const offer = (from, end, id, sum) => {
            if (start[end] < 0 || sum > best[end]) {
                best[end] = sum;
                start[end] = from;
                piece[end] = id;
            }
        };
        eachCharacter(bytes, (from, next) => {
            let isSingle = false;
            for (let at = from, node = 0; at < bytes.length; at++) {
                const found = this.children.find(node, bytes[at]);
                if (found < 0) {
                    break;
                }
                node = this.children.merged[found];
                const id = this.pieceAt[node];
                if (id !== NO_TOKEN) {
                    isSingle ||= at + 1 === next;
                    offer(from, at + 1, id, this.scores[id] + best[from]);
                }
            }
            if (!isSingle) {
                offer(from, next, NO_TOKEN, this.unknownScore + best[from]);
            }
        });
        this.collect(bytes, start, piece, to);
    }

    collect(bytes, start, piece, to) {
        const ends = [];
        for (let end = bytes.length; end > 0; end = start[end]) {
            ends.push(end);
        }
        let isAfterUnknown = false;
        for (const end of ends.reverse()) {
            const isUnknown = piece[end] === NO_TOKEN;
            if (!isUnknown) {
                to.push(piece[end]);
            } else if (this.pieces.hasAllBytes) {
                bytes.subarray(start[end], end).forEach((byte) => to.push(this.pieces.byteIds[byte]));
            } else if (!isAfterUnknown) {
                to.push(this.pieces.unknown);
            }
            isAfterUnknown = isUnknown;
        }
    }
}
