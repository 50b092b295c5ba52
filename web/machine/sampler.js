/** Choosing tokens, and going on with a text of any length: the same logits and seed give the command's tokens. */

import { exp, log } from './strict.js';
import { keptContext } from './program.js';

/** A token counts as repeated if it is among this many before it. */
const REPEAT_WINDOW = 64;
const GOLDEN = 0x9e3779b97f4a7c15n;
const MASK = (1n << 64n) - 1n;

/** What suits most models; `temperature` 0 takes the likeliest token, `topK` 0 and `topP` 1 leave all. */
export const USUAL = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0, repeatPenalty: 1, seed: 0n };

/** The draw of that number: SplitMix64 at a place of its stream, 0 to below 1. */
export function uniform(seed, draw) {
    let z = (BigInt(seed) + (BigInt(draw) + 1n) * GOLDEN) & MASK;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return Number((z ^ (z >> 31n)) >> 11n) * 2 ** -53;
}

/** The ids of the k highest values, highest first, equal ones by the lower id. */
export function topK(values, k) {
    const isWorse = (a, b) => values[a] < values[b] || (values[a] === values[b] && a > b);
    const kept = []; // a heap, whose root is the worst
    const sink = (id) => {
        let at = 0;
        for (;;) {
            let child = 2 * at + 1;
            if (child >= kept.length) {
                break;
            }
            if (child + 1 < kept.length && isWorse(kept[child + 1], kept[child])) {
                child++;
            }
            if (!isWorse(kept[child], id)) {
                break;
            }
            kept[at] = kept[child];
            at = child;
        }
        kept[at] = id;
    };
    for (let id = 0; id < values.length; id++) {
        if (kept.length < k) {
            let at = kept.push(id) - 1;
            while (at > 0 && isWorse(id, kept[(at - 1) >> 1])) {
                kept[at] = kept[(at - 1) >> 1];
                at = (at - 1) >> 1;
            }
            kept[at] = id;
        } else if (isWorse(kept[0], id)) {
            sink(id);
        }
    }
    return kept.sort((a, b) => (isWorse(a, b) ? 1 : -1));
}

/**
 * The tokens that may be drawn with these logits, likeliest first, and their shares of what is drawn.
 *
 * @returns {{ids: number[], upTo: number[]}} upTo: sums of the shares so far
 */
export function candidates(logits, { temperature, topK: most, topP, minP }) {
    const ids = topK(logits, most === 0 ? logits.length : Math.min(most, logits.length));
    const weights = ids.map((id) => exp(logits[id] - logits[ids[0]]));
    let kept = ids.length;
    if (topP < 1) {
        const enough = topP * total(weights);
        let sum = weights[0];
        kept = 1;
        while (kept < ids.length && sum < enough) {
            sum += weights[kept++];
        }
    }
    while (kept > 1 && weights[kept - 1] < minP) {
        kept--;
    }
    let sum = 0;
    const upTo = ids.slice(0, kept).map((id) => (sum += exp((logits[id] - logits[ids[0]]) / temperature)));
    return { ids: ids.slice(0, kept), upTo };
}

/** The sum as Java's streams compute it: with Kahan's compensation. */
function total(values) {
    let [high, low, simple] = [0, 0, 0];
    for (const value of values) {
        simple += value;
        const y = value - low;
        const t = high + y;
        low = t - high - y;
        high = t;
    }
    const sum = high - low;
    return Number.isNaN(sum) && !Number.isFinite(simple) ? simple : sum;
}

/** The next token's id. */
export function choose(logits, before, draw, sampling) {
    const values = sampling.repeatPenalty === 1 ? logits : penalized(logits, before, sampling.repeatPenalty);
    if (sampling.temperature === 0) {
        let highest = 0;
        for (let id = 1; id < values.length; id++) {
            highest = values[id] > values[highest] ? id : highest;
        }
        return highest;
    }
    const { ids, upTo } = candidates(values, sampling);
    const mark = uniform(sampling.seed, draw) * upTo[upTo.length - 1];
    let at = 0;
    while (at < ids.length - 1 && upTo[at] <= mark) {
        at++;
    }
    return ids[at];
}

function penalized(logits, before, penalty) {
    const values = Float32Array.from(logits);
    for (const id of before.slice(-REPEAT_WINDOW)) {
        values[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
    }
    return values;
}

/** Probabilities of one row of logits, by id. */
export class Softmax {
    constructor(logits) {
        this.logits = logits;
        this.highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
        let sum = 0;
        for (let id = 0; id < logits.length; id++) {
            sum += exp(logits[id] - this.highest);
        }
        this.logSum = log(sum);
    }

    /** The natural logarithm of a token's probability. */
    log(id) {
        return this.logits[id] - this.highest - this.logSum;
    }

    probability(id) {
        return exp(this.log(id));
    }
}

/**
 * A text that a model continues. When it outgrows the context, the model reads its last half again and goes on.
 *
 *     const generation = new Generation(machine, prompt, USUAL);
 *     const { id, probability } = await generation.next();
 */
export class Generation {
    constructor(machine, prompt, sampling = USUAL) {
        this.machine = machine;
        this.context = machine.program.context;
        this.sampling = sampling;
        this.session = machine.session();
        this.text = [...prompt];
        this.prompt = prompt.length;
        this.pending = this.text.slice(-this.context);
        this.tokens = [];
        this.slides = 0;
    }

    /** The logits after what was not read yet; a text that has outgrown the context is read again from its last half. */
    async logits() {
        if (this.session.position + this.pending.length > this.context) {
            this.session.reset();
            this.slides++;
            this.pending = this.text.slice(-keptContext(this.context));
        }
        return this.session.run(this.pending);
    }

    /** Chooses the next token, or takes `id` for it. */
    async next(id = undefined) {
        const logits = await this.logits();
        const chosen = id ?? choose(logits, this.text, this.tokens.length, this.sampling);
        this.softmax = new Softmax(logits);
        const token = { id: chosen, probability: this.softmax.probability(chosen) };
        this.tokens.push(token);
        this.text.push(chosen);
        this.pending = [chosen];
        return token;
    }

    /** The likeliest tokens where the last one was chosen, best first. */
    alternatives(k) {
        return topK(this.softmax.logits, k).map((id) => ({ id, probability: this.softmax.probability(id) }));
    }

    /** What became of a text that is longer than the context, in the words of images' entries; undefined where it fits. */
    contextNote() {
        const shortened = this.prompt > this.context ? `last ${this.context} of ${this.prompt} tokens of the prompt` : '';
        const kept = keptContext(this.context);
        const slid = this.slides > 0 ? `slid ${this.slides} times, each time to the last ${kept} of ${this.context} tokens` : '';
        return [shortened, slid].filter((each) => each !== '').join('; ') || undefined;
    }
}
