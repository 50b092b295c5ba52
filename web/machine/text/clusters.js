/** What a reader sees as one character (Unicode's standard annex 29), as Java finds it. */

import { CONSONANT, CONTROLS, EXTENDS, JOINS, LINKER, PICTURES, PREPENDS, clusterClass, width } from './characters.js';

const ZERO_WIDTH_JOINER = 0x200d;

const between = (c, from, to) => c >= from && c <= to;
const isLeading = (c) => between(c, 0x1100, 0x115f) || between(c, 0xa960, 0xa97c);
const isVowel = (c) => between(c, 0x1160, 0x11a7) || between(c, 0xd7b0, 0xd7c6);
const isTrailing = (c) => between(c, 0x11a8, 0x11ff) || between(c, 0xd7cb, 0xd7fb);
const isSyllable = (c) => between(c, 0xac00, 0xd7a3);
const isOpen = (c) => isSyllable(c) && (c - 0xac00) % 28 === 0;

/** Whether Hangul letters make one syllable. */
function isHangulJoined(a, b) {
    return (isLeading(a) && (isLeading(b) || isVowel(b) || isSyllable(b)))
        || ((isOpen(a) || isVowel(a)) && (isVowel(b) || isTrailing(b)))
        || ((isSyllable(a) || isTrailing(a)) && isTrailing(b));
}

const joins = (kind) => kind === JOINS || kind === LINKER || kind === EXTENDS;

/**
 * The clusters of a text, but for flags and some vowels of Kirat Rai: that two of these are one makes no difference to who looks
 * up clusters of at most five bytes, since each has four.
 */
export function clustersOf(text) {
    const clusters = [];
    for (let at = 0; at < text.length;) {
        const end = endOf(text, at);
        clusters.push(text.slice(at, end));
        at = end;
    }
    return clusters;
}

function endOf(text, start) {
    const first = text.codePointAt(start);
    const isPicture = clusterClass(first) === PICTURES;
    let before = first;
    let at = start + width(first);
    while (at < text.length) {
        const conjunct = clusterClass(before) === CONSONANT ? conjunctEnd(text, at) : -1;
        if (conjunct >= 0) {
            at = conjunct;
            continue;
        }
        const c = text.codePointAt(at);
        if (!isJoined(before, c, isPicture)) {
            break;
        }
        before = c;
        at += width(c);
    }
    return at;
}

function isJoined(a, b, isPicture) {
    const [before, kind] = [clusterClass(a), clusterClass(b)];
    if (a === 0x0d && b === 0x0a) {
        return true;
    }
    if (before === CONTROLS || kind === CONTROLS) {
        return false;
    }
    return joins(kind) || before === PREPENDS || isHangulJoined(a, b) || (isPicture && a === ZERO_WIDTH_JOINER && kind === PICTURES);
}

/** After a consonant, the end of the one that a linker joins to it; -1 where there is none. */
function conjunctEnd(text, start) {
    let isLinked = false;
    for (let at = start; at < text.length;) {
        const c = text.codePointAt(at);
        const kind = clusterClass(c);
        at += width(c);
        if (kind === CONSONANT) {
            return isLinked ? at : -1;
        }
        if (kind !== LINKER && kind !== EXTENDS) {
            return -1;
        }
        isLinked ||= kind === LINKER;
    }
    return -1;
}
