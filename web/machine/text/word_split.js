/** How a text is cut into words, across which nothing is merged: steps one after another, each on what the one before it gave. */

import { expressionOf } from './expression.js';
import { LOW_BLOCK } from './pieces.js';
import { TokenizerFault } from './section.js';
import { utf8 } from './utf8.js';

const MAX_STEPS = 16;
const BEHAVIOURS = ['removed', 'isolated', 'merged with previous', 'merged with next', 'contiguous'];

const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const LLAMA3 = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}`
    + String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const TEKKEN = String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`
    + String.raw`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`
    + String.raw`|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** The expressions of splits that have a number in files. */
const CODED = [[], [GPT2], [LLAMA3], [LLAMA3.replace('{1,3}', '')], [String.raw`\p{N}`, GPT2], [TEKKEN]];

/** GPT-2's spelling of bytes: one that is a visible Latin-1 character is that, the others are U+0100, U+0101 … in order. */
const SPELLED = (() => {
    let shifted = 0x100;
    return Array.from({ length: 256 }, (_, byte) => {
        const isVisible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
        return String.fromCharCode(isVisible ? byte : shifted++);
    });
})();
const VALUES = new Map(SPELLED.map((character, byte) => [character, byte]));

/** The bytes that a word of spelled bytes stands for. */
export const bytesOfSpelled = (word) => Uint8Array.from(word, (character) => VALUES.get(character));

const isolated = (source) => ({ kind: 'cut', expression: expressionOf(source, 'word split'), behaviour: 'isolated', inverted: false });

export const SPACE_BEFORE_ALL = { kind: 'space', everywhere: true };

/** The steps of a number in a section. */
export function codedSteps(code) {
    const sources = CODED[code];
    if (!sources) {
        throw new TokenizerFault('tokenizer section, word split', `0 to ${CODED.length - 1}`, String(code >>> 0));
    }
    return sources.map(isolated);
}

/** Reads the steps that a section writes out. */
export function readSteps(input) {
    const place = 'word split';
    const count = input.u8(place);
    const steps = [];
    for (let i = 0; i < count; i++) {
        steps.push(readStep(input, place));
    }
    if (count > MAX_STEPS) {
        throw new TokenizerFault(place, `at most ${MAX_STEPS} steps`, String(count));
    }
    return steps;
}

function readStep(input, place) {
    const kind = input.u8(place);
    switch (kind) {
        case 1:
        case 2: {
            const code = input.u8(place);
            if (code >= BEHAVIOURS.length) {
                throw new TokenizerFault('tokenizer section, behaviour', `0 to ${BEHAVIOURS.length - 1}`, String(code));
            }
            return { ...isolated(input.text(place)), behaviour: BEHAVIOURS[code], inverted: kind === 2 };
        }
        case 3:
        case 4:
            return { kind: 'space', everywhere: kind === 3 };
        case 5:
            return { kind: 'bytes' };
        case 6:
            return { kind: 'low blocks' };
        default:
            throw new TokenizerFault('tokenizer section, word split', 'steps of kind 1 to 6', String(kind));
    }
}

/**
 * Calls a function with each word of a part of a text.
 *
 * @param {boolean} isFirst whether the part is the beginning of the text
 */
export function eachWord(steps, part, isFirst, to, index = 0) {
    if (part === '' && index === 0) {
        return;
    }
    const step = steps[index];
    const go = (text, first) => eachWord(steps, text, first, to, index + 1);
    switch (step?.kind) {
        case undefined:
            to(part);
            break;
        case 'space': {
            const isMissing = (step.everywhere || isFirst) && !part.startsWith(' ');
            go(isMissing ? ` ${part}` : part, isFirst);
            break;
        }
        case 'low blocks':
            go(part.replaceAll(LOW_BLOCK, ' '), isFirst);
            break;
        case 'bytes':
            go(Array.from(utf8(part), (byte) => SPELLED[byte]).join(''), isFirst);
            break;
        default:
            partsOf(step, part).forEach((each, i) => go(each, isFirst && i === 0));
    }
}

/** The parts that a cut makes of a text. */
function partsOf({ expression, behaviour, inverted }, text) {
    const ranges = []; // from, to, whether it counts as a match
    let before = false;
    const add = (from, to, isMatch) => {
        const joins = behaviour === 'merged with previous' ? isMatch && !before : behaviour === 'contiguous' && isMatch === before;
        if (joins && ranges.length > 0) {
            ranges.at(-1).to = to;
        } else if (!isMatch || behaviour !== 'removed') {
            ranges.push({ from, to, isMatch });
        }
        before = isMatch;
    };
    const finder = expression.in(text);
    let from = 0;
    for (let more = finder.find(); more || from < text.length;) {
        if (!more || from < finder.start) {
            const to = more ? finder.start : text.length;
            add(from, to, inverted);
            from = to;
        }
        if (more) {
            add(finder.start, finder.end, !inverted);
            from = finder.end;
            more = finder.find();
        }
    }
    if (behaviour === 'merged with next') {
        mergeWithNext(ranges);
    }
    return ranges.filter((each) => each.from < each.to).map((each) => text.slice(each.from, each.to));
}

function mergeWithNext(ranges) {
    let isAfter = false;
    for (let i = ranges.length - 1; i >= 0; i--) {
        const { isMatch, from } = ranges[i];
        if (isMatch && !isAfter && i + 1 < ranges.length) {
            ranges[i + 1].from = from;
            ranges.splice(i, 1);
        }
        isAfter = isMatch;
    }
}
