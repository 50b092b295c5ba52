/** Sets of code points, as functions that say whether one is in the set. */

import { categoryMask, isAlphabetic, isOf, isOfScript, isSpace, scriptOf, toLower, toUpper } from './characters.js';

const ASCII = 128;
const WORD = categoryMask('M') | categoryMask('Nd') | categoryMask('Pc');
const LATIN_NUMBERS = [0xb2, 0xb3, 0xb9, 0xbc, 0xbd, 0xbe];

export const ANY_BUT_LINE_FEED = (c) => c !== 0x0a;

export const SPACE = isSpace;

const DECIMAL = categoryMask('Nd');

export const DIGIT = (c) => isOf(c, DECIMAL);

/** Letters, marks, decimal digits, what connects them, and as Oniguruma has it ² ³ ¹ ¼ ½ ¾. */
export const WORD_CHARACTER = (c) => isAlphabetic(c) || isOf(c, WORD) || LATIN_NUMBERS.includes(c);

/** Those of `\p{NAME}`, a category or a script; undefined where there is none. */
export function property(name) {
    if (name.length <= 2) {
        const mask = categoryMask(name);
        return mask === 0 ? undefined : (c) => isOf(c, mask);
    }
    const script = scriptOf(name);
    return script === undefined ? undefined : (c) => isOfScript(c, script);
}

/** All from one to another, both included. */
export const range = (first, last) => (c) => c >= first && c <= last;

export const anyOf = (sets) => (sets.length === 1 ? sets[0] : (c) => sets.some((set) => set(c)));

export const both = (one, other) => (c) => one(c) && other(c);

export const not = (set) => (c) => !set(c);

/** These in either case. */
export const inAnyCase = (set) => (c) => {
    const upper = toUpper(c);
    return set(c) || set(upper) || set(toLower(c)) || set(toLower(upper));
};

/** The same, with the answers for ASCII at hand. */
export function quick(set) {
    const known = Uint8Array.from({ length: ASCII }, (_, c) => (set(c) ? 1 : 0));
    return (c) => (c < ASCII ? known[c] === 1 : set(c));
}
