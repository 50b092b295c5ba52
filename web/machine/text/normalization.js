/** What is done to a text before it is cut into words. Each step is a function of a text, with what else is asked about it. */

import { categoryMask, codePointBefore, isAssigned, isNormalized, isOf, isSpace, toLower } from './characters.js';
import { CharacterMap, MAX_BYTES } from './character_map.js';
import { expressionOf } from './expression.js';
import { TokenizerFault } from './section.js';

const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'];
const MARKS = categoryMask('M');
const CAPITAL_I_WITH_DOT = 0x130;

const ASCII = /^[\x00-\x7F]*$/;
const UNASSIGNED = /\p{Cn}/u;

/** Whether the browser's Unicode has a code point. */
const isKnownHere = (codePoint) => !UNASSIGNED.test(String.fromCodePoint(codePoint));

/**
 * One of Unicode's normal forms. Characters that are newer than the table stay as they are, whatever the browser knows; of
 * those that it is too old for, the ones that a normal form may change are refused.
 */
export function form(name, isKnown = isKnownHere) {
    return {
        apply(text) {
            if (ASCII.test(text)) {
                return text;
            }
            for (const each of text) {
                const c = each.codePointAt(0);
                if (isNormalized(c) && !isKnown(c)) {
                    const found = `U+${c.toString(16).toUpperCase()}`;
                    throw new TokenizerFault('text', `characters that this browser can bring to ${name}`, `${found}, which is newer`);
                }
            }
            return eachStretch(text, isAssigned, (stretch) => stretch.normalize(name));
        },
    };
}

/** Calls a function with each stretch of code points that are in a set; what is between them stays. */
function eachStretch(text, isIn, to) {
    let [done, from] = ['', 0];
    for (let at = 0; at < text.length;) {
        const c = text.codePointAt(at);
        const next = at + (c > 0xffff ? 2 : 1);
        if (!isIn(c)) {
            done += to(text.slice(from, at)) + text.slice(at, next);
            from = next;
        }
        at = next;
    }
    return done + to(text.slice(from));
}

export const prepend = (prefix) => ({ prefix, apply: (text) => (text === '' ? text : prefix + text) });

export function replace(expression, content) {
    return {
        apply(text) {
            const finder = expression.in(text);
            let [replaced, from] = ['', 0];
            while (finder.find()) {
                replaced += text.slice(from, finder.start) + content;
                from = finder.end;
            }
            return replaced + text.slice(from);
        },
    };
}

/** Small letters for capital ones, each character by itself. */
const lowercase = {
    apply: (text) => Array.from(text, (each) => {
        const c = each.codePointAt(0);
        return c === CAPITAL_I_WITH_DOT ? 'i\u0307' : String.fromCodePoint(toLower(c));
    }).join(''),
};

const withoutMarks = { apply: (text) => Array.from(text).filter((each) => !isOf(each.codePointAt(0), MARKS)).join('') };

/** Without the white space at its ends. */
function strip(left, right) {
    return {
        apply(text) {
            let [from, to] = [0, text.length];
            while (left && from < to && isSpace(text.codePointAt(from))) {
                from++;
            }
            while (right && from < to && isSpace(codePointBefore(text, to))) {
                to--;
            }
            return text.slice(from, to);
        },
    };
}

/** Reads a step of a section. */
export function readNormalization(input) {
    const place = 'normalizer';
    const kind = input.u8(place);
    switch (kind) {
        case 0:
        case 1:
        case 2:
        case 3:
            return form(FORMS[kind]);
        case 4:
            return lowercase;
        case 5:
            return prepend(input.text(place));
        case 6: {
            const expression = expressionOf(input.text(place), place);
            return replace(expression, input.text(place));
        }
        case 7: {
            const sides = input.u8(place);
            return strip((sides & 1) !== 0, (sides & 2) !== 0);
        }
        case 8:
            return withoutMarks;
        case 9:
            return new CharacterMap(input.taken(input.count(MAX_BYTES, 1, place), place));
        default:
            throw new TokenizerFault('tokenizer section, normalizer', 'steps of kind 0 to 9', String(kind));
    }
}
