/** Tokens that are found in a text before it is encoded: the leftmost, and of several at one place the longest. */

import { categoryMask, codePointBefore, isAlphabetic, isOf, isSpace } from './characters.js';
import { CONTROL, NO_TOKEN, UNKNOWN, USER_DEFINED } from './pieces.js';
import { TokenizerFault } from './section.js';
import { textOfUtf8 } from './utf8.js';

/** How an added token is found: the bits of a section. */
const [LEFT, RIGHT, SINGLE_WORD, NORMALIZED, NO_SPACES] = [1, 2, 4, 8, 16];
const ALL = 31;

const WORD = categoryMask('M') | categoryMask('Nd') | categoryMask('Pc');

const isWord = (c) => isAlphabetic(c) || isOf(c, WORD) || c === 0x200c || c === 0x200d;
const isTaken = (c, habit) => isSpace(c) && !(c === 0x20 && (habit & NO_SPACES) !== 0);

export class AddedTokens {
    /**
     * Those of a vocabulary.
     *
     * @param {{control: boolean, habits: Map<number, number>, normalized: boolean, normalize: (text: string) => string}} which
     *     whether control tokens are found too; whether those that are looked for in normalized texts are meant, or the others
     */
    constructor(pieces, { control, habits, normalized, normalize }) {
        this.habits = habits;
        this.ids = new Map();
        this.lengths = new Map(); // by the first unit of UTF-16, the longest first
        pieces.types.forEach((type, id) => {
            const isAdded = type === USER_DEFINED || (control && (type === CONTROL || type === UNKNOWN));
            if (isAdded && ((habits.get(id) ?? 0) & NORMALIZED) !== 0 === normalized) {
                const spelling = textOfUtf8(pieces.spellings[id]);
                this.add(normalized ? normalize(spelling) : spelling, id);
            }
        });
        this.lengths.forEach((set, first) => this.lengths.set(first, [...set].sort((a, b) => b - a)));
    }

    add(text, id) {
        if (text !== '' && !this.ids.has(text)) {
            this.ids.set(text, id);
            const first = text.charCodeAt(0);
            this.lengths.set(first, (this.lengths.get(first) ?? new Set()).add(text.length));
        }
    }

    /**
     * Cuts a text at the tokens in it.
     *
     * @param {{text: (part: string, from: number) => void, token: (id: number) => void}} to gets the parts in order
     */
    split(text, to) {
        let [from, at] = [0, 0];
        while (at < text.length && this.ids.size > 0) {
            const token = this.tokenAt(text, at);
            if (token === undefined) {
                at++;
                continue;
            }
            const id = this.ids.get(token);
            const habit = this.habits.get(id) ?? 0;
            let [start, end] = [at, at + token.length];
            at = end;
            const isPart = (start > 0 && isWord(codePointBefore(text, start))) || (end < text.length && isWord(text.codePointAt(end)));
            if ((habit & SINGLE_WORD) !== 0 && isPart) {
                continue;
            }
            while ((habit & LEFT) !== 0 && start > from && isTaken(text.charCodeAt(start - 1), habit)) {
                start--;
            }
            while ((habit & RIGHT) !== 0 && end < text.length && isTaken(text.charCodeAt(end), habit)) {
                end++;
            }
            if (from < start) {
                to.text(text.slice(from, start), from);
            }
            to.token(id);
            from = end;
        }
        if (from < text.length) {
            to.text(text.slice(from), from);
        }
    }

    tokenAt(text, at) {
        const candidates = this.lengths.get(text.charCodeAt(at)) ?? [];
        for (const length of candidates) {
            const candidate = text.slice(at, at + length);
            if (candidate.length === length && this.ids.has(candidate)) {
                return candidate;
            }
        }
        return undefined;
    }
}

/** Reads the habits of added tokens, by id. */
export function readHabits(input, most) {
    const count = input.count(most, 5, 'number of added tokens with habits');
    const habits = new Map();
    let last = NO_TOKEN;
    for (let i = 0; i < count; i++) {
        const [id, bits] = [input.i32('added token'), input.u8('added token')];
        if (id <= last || bits === 0 || bits > ALL) {
            throw new TokenizerFault('tokenizer section, added tokens', 'ascending ids with bits 1 to 31', `${id} with ${bits}`);
        }
        habits.set(id, bits);
        last = id;
    }
    return habits;
}
