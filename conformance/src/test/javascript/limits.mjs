/**
 * Lets the JavaScript client read or write a file: limits.mjs KIND FILE prints what the client's decoder of that kind says,
 * as the CRC-32 of R, G and B of each token, or of each grey; limits.mjs write FILE writes the most tokens.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import * as pixel from '../../../../clients/javascript/pixel_llm.js';

const bytes = (tokens) => tokens.flatMap(({ id, confidence }) => [id & 255, id >> 8, confidence]);
const READERS = {
    tokens: async (file) => (await pixel.decodeTokens(file)).flatMap((id) => [id & 255, id >> 8, 0]),
    prediction: async (file) => bytes(await pixel.decodePrediction(file)),
    sequence: async (file) => bytes(await pixel.decodeSequence(file)),
    scores: async (file) => bytes(await pixel.decodeScores(file)),
    beams: async (file) => (await pixel.decodeBeams(file)).map(bytes).flat(),
    heatmap: async (file) => (await pixel.decodeHeatmap(file)).grey,
};

// zlib.crc32 is of Node 22; clients run on 18.
const sum = crc32 ?? ((data) => {
    let crc = ~0;
    for (const byte of data) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
        }
    }
    return ~crc >>> 0;
});

const [kind, ...files] = process.argv.slice(2);
for (const file of files) {
    if (kind === 'write') {
        writeFileSync(file, pixel.encodeTokens(Array.from({ length: pixel.MAX_TOKENS }, (_, i) => (i * 7919) % 65536)));
    } else {
        console.log(sum(Uint8Array.from(await READERS[kind](readFileSync(file)))).toString(16));
    }
}
