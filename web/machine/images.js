/** The pixel files of answers, drawn as the command draws them. */

import { MAX_ID, MAX_TOKENS, VERSION, WIDE_VERSION } from '../../clients/javascript/pixel_llm.js';
import { exp } from './strict.js';
import { topK } from './sampler.js';

const HEATMAP_WIDTH = 32;
const FLAT = 128;

/** The outputs of version 2 by their numbers, which its first pixel has. */
const WIDE_KINDS = { prediction: 1, output_sequence: 2 };

/** The version of the images of a model of so many ids. */
export const versionOf = (vocabulary) => (vocabulary > MAX_ID + 1 ? WIDE_VERSION : VERSION);

/** The k likeliest tokens, best first, their confidence the softmax over these alone: floor(255 · p). */
export function prediction(logits, k = 5) {
    const ids = topK(logits, Math.min(k, logits.length));
    const weights = ids.map((id) => exp(logits[id] - logits[ids[0]]));
    const sum = weights.reduce((a, b) => a + b, 0);
    return ids.map((id, i) => ({ id, confidence: Math.floor((255 * weights[i]) / sum) }));
}

/** How many predictions a version's image holds. */
const mostPredictions = (version) => (version === VERSION ? MAX_ID + 1 : MAX_TOKENS);

/** The predictions of output_token.pxi, of a model of the logits' vocabulary. */
export function predictions(logits, k = 5) {
    return prediction(logits, Math.min(k, mostPredictions(versionOf(logits.length))));
}

/** output_token.pxi, in the model's version where no other is asked for // [1, K, 3], of version 2 [2, K + 1, 3] */
export function drawPrediction(logits, k = 5, version = versionOf(logits.length)) {
    return drawTokens('prediction', predictions(logits, k), version);
}

/** Tokens in a row, each with its confidence: in blue, in version 2 as a grey below it, after a column that names the kind. */
function drawTokens(kind, tokens, version) {
    if (version === VERSION) {
        const rgb = new Uint8Array(3 * tokens.length);
        tokens.forEach(({ id, confidence }, x) => rgb.set([id & 255, id >> 8, confidence], 3 * x));
        return { width: tokens.length, height: 1, rgb };
    }
    const width = tokens.length + 1;
    const rgb = new Uint8Array(2 * 3 * width);
    rgb.set([WIDE_KINDS[kind], 0, WIDE_VERSION]);
    tokens.forEach(({ id, confidence }, x) => {
        rgb.set([id & 255, (id >> 8) & 255, id >> 16], 3 * (x + 1));
        rgb.fill(confidence, 3 * (width + x + 1), 3 * (width + x + 2));
    });
    return { width, height: 2, rgb };
}

/** logits_heatmap.pxi: every logit as a grey cell, 32 in a row, the lowest black and the highest white. */
export function drawHeatmap(logits) {
    const height = Math.ceil(logits.length / HEATMAP_WIDTH);
    const rgb = new Uint8Array(3 * HEATMAP_WIDTH * height);
    let [min, max] = [logits[0], logits[0]];
    for (const logit of logits) {
        min = Math.min(min, logit);
        max = Math.max(max, logit);
    }
    logits.forEach((logit, i) => {
        const grey = min === max ? FLAT : logit === max ? 255 : Math.floor((255 * (logit - min)) / (max - min));
        rgb.fill(grey, 3 * i, 3 * i + 3);
    });
    return { width: HEATMAP_WIDTH, height, rgb };
}

/** output_sequence.pxi of generated tokens // [1, M, 3], of version 2 [2, M + 1, 3] */
export function drawSequence(tokens, version) {
    const row = tokens.map(({ id, probability }) => ({ id, confidence: Math.floor(255 * probability) }));
    return drawTokens('output_sequence', row, version);
}
