/** What Unicode 16 says of code points, from a table: a browser's own may be of another version. */

import { CASES, CATEGORIES, CLUSTERS, NORMALIZED, OTHER_ALPHABETIC, SCRIPTS, SCRIPT_NAMES } from './unicode.js';

const ALL = 0x110000;

/** General categories by their short names, with the bit that each has in masks. */
const NAMES = [
    'Cn', 'Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Me', 'Mc', 'Nd', 'Nl', 'No', 'Zs', 'Zl', 'Zp', 'Cc', 'Cf', 'Co', 'Cs', 'Pd', 'Ps',
    'Pe', 'Pc', 'Po', 'Sm', 'Sc', 'Sk', 'So', 'Pi', 'Pf',
];
const NOT_ASKED_FOR = ['Cn', 'Co', 'Cs'];
const ALPHABETIC = 32;

/** The classes of {@link clusterClass}. */
export const PLAIN = 0;
export const JOINS = 1;
export const PREPENDS = 2;
export const CONTROLS = 3;
export const PICTURES = 4;
export const CONSONANT = 5;
export const LINKER = 6;
export const EXTENDS = 7;

/** Calls what is given with each run of a table: the value's letters, and its length in base 36 where it is not 1. */
function eachRun(table, letters, to) {
    const run = new RegExp(`([A-Z!#$%]{${letters}})([0-9a-z]*)`, 'g');
    let at = 0;
    for (const [, value, length] of table.join('').matchAll(run)) {
        const end = at + (length === '' ? 1 : parseInt(length, 36));
        to(value, at, end);
        at = end;
    }
}

const letter = (text) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%'.indexOf(text);

/** A table that is unpacked when it is first asked. */
function later(make) {
    let made;
    return () => (made ??= make());
}

const categories = later(() => {
    const table = new Uint8Array(ALL);
    eachRun(CATEGORIES, 1, (value, from, to) => table.fill(letter(value), from, to));
    const alphabetic = maskOf(['Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Nl']);
    eachRun(OTHER_ALPHABETIC, 1, (value, from, to) => {
        if (value === 'B') {
            table.subarray(from, to).forEach((each, i) => (table[from + i] = each | ALPHABETIC));
        }
    });
    for (let c = 0; c < ALL; c++) {
        table[c] |= (alphabetic >>> (table[c] & 31)) & 1 ? ALPHABETIC : 0;
    }
    return table;
});

const scripts = later(() => {
    const table = new Uint8Array(ALL);
    eachRun(SCRIPTS, 2, (value, from, to) => table.fill(26 * letter(value[0]) + letter(value[1]), from, to));
    return table;
});

const clusters = later(() => {
    const table = new Uint8Array(ALL);
    eachRun(CLUSTERS, 1, (value, from, to) => table.fill(letter(value), from, to));
    return table;
});

const normalized = later(() => {
    const table = new Uint8Array(ALL);
    eachRun(NORMALIZED, 1, (value, from, to) => table.fill(letter(value), from, to));
    return table;
});

const cases = later(() =>
    CASES.map((runs) => {
        const map = new Map();
        for (const run of runs.join(' ').split(' ')) {
            const [from, count, step, difference] = run.split(',').map((number) => parseInt(number, 36));
            for (let i = 0; i < count; i++) {
                map.set(from + i * step, from + i * step + difference);
            }
        }
        return map;
    }));

const maskOf = (names) => names.reduce((mask, name) => mask | (1 << NAMES.indexOf(name)), 0);

/** The mask of a category, or of all that begin with a letter; 0 where there is none. */
export const categoryMask = (name) => maskOf(NAMES.filter((each) => each.startsWith(name) && !NOT_ASKED_FOR.includes(each)));

/** Whether a code point is of one of the categories of a mask. */
export const isOf = (codePoint, mask) => ((mask >>> (categories()[codePoint] & 31)) & 1) !== 0;

export const isAlphabetic = (codePoint) => (categories()[codePoint] & ALPHABETIC) !== 0;

export const isAssigned = (codePoint) => (categories()[codePoint] & 31) !== 0;

/** Whether a normal form may change a code point, or what is next to it. */
export const isNormalized = (codePoint) => normalized()[codePoint] === 1;

/** Unicode's White_Space. */
export function isSpace(codePoint) {
    return codePoint <= 0x20
        ? codePoint === 0x20 || (codePoint >= 0x09 && codePoint <= 0x0d)
        : codePoint === 0x85 || codePoint === 0xa0 || (codePoint >= 0x1680 && isOf(codePoint, SPACES));
}

const SPACES = categoryMask('Z');

/** The number of a script by its name or its four letters; undefined where there is none. */
export function scriptOf(name) {
    const upper = name.toUpperCase();
    const at = SCRIPT_NAMES.findIndex((names) => names.split(' ').includes(upper));
    return at < 0 ? undefined : at;
}

export const isOfScript = (codePoint, script) => scripts()[codePoint] === script;

/** One code point for another: what has no capital or small letter of its own stays. */
export const toUpper = (codePoint) => cases()[0].get(codePoint) ?? codePoint;

export const toLower = (codePoint) => cases()[1].get(codePoint) ?? codePoint;

/** How a code point joins its neighbours in what a reader sees as one character. */
export const clusterClass = (codePoint) => clusters()[codePoint];

/** The code point that ends before a position. */
export function codePointBefore(text, position) {
    const low = text.charCodeAt(position - 1);
    return (low & 0xfc00) === 0xdc00 && position > 1 && (text.charCodeAt(position - 2) & 0xfc00) === 0xd800
        ? text.codePointAt(position - 2)
        : low;
}

/** How many units of UTF-16 a code point takes. */
export const width = (codePoint) => (codePoint > 0xffff ? 2 : 1);
