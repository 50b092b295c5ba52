/** Pixel files with the text entries that the command writes, so that they are the same bytes: docs/provenance.md. */

import { encodePng, encodeTokens } from '../../clients/javascript/pixel_llm.js';
import { ARITHMETIC } from './executor.js';
import { drawHeatmap, drawPrediction, drawSequence, versionOf } from './images.js';
import { drawActivations, drawAttention } from './look.js';
import { SOFTWARE } from './version.js';

/** Where an image came from. */
export function provenance(cartridge, { executor = ARITHMETIC, sampler = 'none', seed = 'none', context = undefined } = {}) {
    return {
        Software: SOFTWARE,
        Cartridge: `sha256:${cartridge.digest}`,
        Program: `sha256:${cartridge.programDigest}`,
        Executor: executor,
        Sampler: sampler,
        Seed: String(seed),
        ...(context ? { Context: context } : {}),
    };
}

const number = (value) => (Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : String(value));

/** A sampler's settings in words, as images name them. */
export function samplerWords({ temperature, topK, topP, minP, repeatPenalty }) {
    const penalty = `repeat-penalty ${number(repeatPenalty)}`;
    return temperature === 0
        ? `greedy, ${penalty}`
        : `temperature ${number(temperature)}, top-k ${topK}, top-p ${number(topP)}, min-p ${number(minP)}, ${penalty}`;
}

export const predictionFile = (logits, k, origin, version = undefined) => encodePng(drawPrediction(logits, k, version), origin);

export const heatmapFile = (logits, origin) => encodePng(drawHeatmap(logits), origin);

/** output_sequence.pxi of a model of so many ids. */
export const sequenceFile = (tokens, origin, vocabulary) => encodePng(drawSequence(tokens, versionOf(vocabulary)), { Kind: 'output_sequence', ...origin });

/** input_tokens.pxi for a model of so many ids. */
export const tokensFile = (ids, origin, vocabulary) => encodeTokens(ids, origin, versionOf(vocabulary));

/** attention.pxi, or its tiles, by name. */
export function attentionFiles(rows, layer, head, origin) {
    const entries = { Kind: 'attention', ...origin, Layer: String(layer), Head: String(head) };
    return drawAttention(rows).map(({ tile, ...picture }) => {
        const name = tile ? `attention_${tile.replace(',', '_')}.pxi` : 'attention.pxi';
        return { name, bytes: encodePng(picture, tile ? { ...entries, Tile: tile } : entries) };
    });
}

/** activations_L{i}.pxi. */
export function activationsFile(values, layer, origin) {
    const entries = { Kind: 'activations', ...origin, Layer: String(layer), Tensor: values.tensor };
    return { name: `activations_L${layer}.pxi`, bytes: encodePng(drawActivations(values), entries) };
}
