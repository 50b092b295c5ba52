/** The pixel files of answers, drawn as the command draws them. */

import { exp } from './strict.js';
import { topK } from './sampler.js';

const HEATMAP_WIDTH = 32;
const FLAT = 128;

/** The k likeliest tokens, best first, their confidence the softmax over these alone: floor(255 · p). */
export function prediction(logits, k = 5) {
    const ids = topK(logits, Math.min(k, logits.length));
    const weights = ids.map((id) => exp(logits[id] - logits[ids[0]]));
    const sum = weights.reduce((a, b) => a + b, 0);
    return ids.map((id, i) => ({ id, confidence: Math.floor((255 * weights[i]) / sum) }));
}

/** output_token.pxi // [1, K, 3] */
export function drawPrediction(logits, k = 5) {
    return drawRow(prediction(logits, k));
}

/** One row of tokens, each with its confidence in blue. */
export function drawRow(tokens) {
    const rgb = new Uint8Array(3 * tokens.length);
    tokens.forEach(({ id, confidence }, x) => rgb.set([id & 255, id >> 8, confidence], 3 * x));
    return { width: tokens.length, height: 1, rgb };
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

/** output_sequence.pxi of generated tokens // [1, M, 3] */
export function drawSequence(tokens) {
    return drawRow(tokens.map(({ id, probability }) => ({ id, confidence: Math.floor(255 * probability) })));
}
