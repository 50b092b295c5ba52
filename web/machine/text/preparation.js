/**
 * From a text to words: added tokens are found in the text as it stands, what is between is normalized, other added tokens are
 * found in that, and what is left is cut into words.
 */

import { AddedTokens, readHabits } from './added_tokens.js';
import { form, prepend, readNormalization, replace } from './normalization.js';
import { Expression } from './expression.js';
import { LOW_BLOCK, MAX_PIECES } from './pieces.js';
import { TokenizerFault } from './section.js';
import { SPACE_BEFORE_ALL, eachWord, readSteps } from './word_split.js';

const MAX_NORMALIZATIONS = 64;

/** What a section flags: that texts begin with BOS, and with a space; that control tokens are found in them; and so on. */
export const FLAGS = { addBos: 1, spacePrefix: 2, findControl: 4, lowBlock: 8, composed: 16, wholeWords: 32, prepared: 64 };

const NONE = { normalizations: [], steps: [], habits: new Map() };

/** The flags of a section as booleans, of those that its kind knows. */
export function readFlags(input, allowed) {
    const bits = input.i32('flags');
    const known = allowed.reduce((sum, name) => sum | FLAGS[name], FLAGS.prepared);
    if ((bits & ~known) !== 0) {
        throw new TokenizerFault('tokenizer section, flags', `bits of ${allowed.join(', ')}`, `0x${(bits >>> 0).toString(16)}`);
    }
    return Object.fromEntries(Object.entries(FLAGS).map(([name, bit]) => [name, (bits & bit) !== 0]));
}

/** What follows the numbers at the beginning of a section where it is flagged. */
export function readPreparation(input, { prepared }) {
    if (!prepared) {
        return NONE;
    }
    const count = input.u8('number of normalizations');
    const normalizations = [];
    for (let i = 0; i < count; i++) {
        normalizations.push(readNormalization(input));
    }
    const steps = readSteps(input);
    const habits = readHabits(input, MAX_PIECES);
    if (count > MAX_NORMALIZATIONS) {
        throw new TokenizerFault('normalizer', `at most ${MAX_NORMALIZATIONS} steps`, String(count));
    }
    if (count + steps.length + habits.size === 0) {
        throw new TokenizerFault('tokenizer section, flags', 'a preparation where one is flagged', 'none');
    }
    return { normalizations, steps, habits };
}

/** The preparation of kinds whose vocabularies have ▁: what the flags say and what is said besides. */
export function withSpaces({ spacePrefix, lowBlock }, { normalizations, steps, habits }) {
    const isLater = steps.some(({ kind }) => kind === 'low blocks');
    const before = spacePrefix ? [prepend(' ')] : [];
    const after = lowBlock && !isLater ? [replace(new Expression(LOW_BLOCK), ' ')] : [];
    return { normalizations: [...before, ...normalizations, ...after], steps, habits };
}

/** The same of byte-level vocabularies; a space is put only where there is none. */
export function withBytes({ spacePrefix, composed }, { normalizations, steps, habits }) {
    return {
        normalizations: [...(composed ? [form('NFC')] : []), ...normalizations],
        steps: [...(spacePrefix ? [SPACE_BEFORE_ALL] : []), ...steps],
        habits,
    };
}

/** Whether a space may be put before a text, which decoding takes away again. */
export function putsSpace({ spacePrefix }, { normalizations, steps }) {
    return spacePrefix || normalizations.some(({ prefix }) => prefix === ' ') || steps.some(({ kind }) => kind === 'space');
}

export class Pipeline {
    constructor(pieces, control, { normalizations, steps, habits }) {
        habits.forEach((_, id) => pieces.checked(id, 'added token'));
        this.steps = steps;
        this.normal = (text) => normalizations.reduce((before, step) => step.apply(before), text);
        const which = { control, habits, normalize: this.normal };
        this.raw = new AddedTokens(pieces, { ...which, normalized: false });
        this.normalized = new AddedTokens(pieces, { ...which, normalized: true });
    }

    /**
     * Prepares a text.
     *
     * @param {(id: number) => void} token gets the added tokens
     * @param {(word: string) => void} word gets the words, in turn with these
     */
    encode(text, token, word) {
        this.raw.split(text, {
            token,
            text: (part, from) => this.normalized.split(this.normal(part), {
                token,
                text: (rest, at) => eachWord(this.steps, rest, from === 0 && at === 0, word),
            }),
        });
    }
}
