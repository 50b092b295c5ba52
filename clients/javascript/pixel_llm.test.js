/** node --test: what is written and read, what is refused, and a conversation with the engine where it is built. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as pixel from './pixel_llm.js';
import { SIGNATURE, chunk, data, encode, header, png } from './png_variants.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const golden = (name) => readFileSync(join(ROOT, 'conformance/golden', name));
const answer = (name) => readFileSync(join(ROOT, 'cartridges/golden', name));
const plain = (bytes) => Buffer.from(bytes);

/** Numbers below `bound`, the same in each run (SplitMix32). */
function numbers(seed) {
    return (bound) => {
        seed = (seed + 0x9e3779b9) | 0;
        let z = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
        z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
        return ((z ^ (z >>> 15)) >>> 0) % bound;
    };
}

test('golden token images are written byte for byte', () => {
    const counted = (count) => Array.from({ length: count }, (_, i) => (5 * i) % 1024);
    for (const [name, tokens] of [
        ['pxos.pxi', 'pxOS'], ['a.pxi', 'a'], ['accents-and-emoji.pxi', 'Zoë ate a jalapeño 🌶 in Łódź'],
        ['256-tokens.pxi', counted(256)], ['257-tokens.pxi', counted(257)],
    ]) {
        assert.deepEqual(plain(pixel.encodeTokens(tokens)), golden(name), name);
    }
});

test('tokens come back, whatever their number', async () => {
    for (const count of [1, 2, 255, 256, 257, 65535]) {
        const ids = Array.from({ length: count }, (_, i) => (i * 7919) % 65536);
        assert.deepEqual(await pixel.decodeTokens(pixel.encodeTokens(ids, { Note: 'naïve' })), ids);
    }
    const png = await pixel.decodePng(pixel.encodeTokens('a', { Note: 'naïve' }));
    assert.equal(png.text.Note, 'naïve');
});

test('what cannot be written is said', () => {
    for (const tokens of ['', [], new Array(65536).fill(0), [-1], [65536], [1.5], ['a']]) {
        assert.throws(() => pixel.encodeTokens(tokens), RangeError);
    }
    assert.throws(() => pixel.encodeTokens('a', { Note: '中' }), /Latin-1/);
    assert.throws(() => pixel.encodeTokens('a', { '': 'x' }), /keyword/);
    const rgb = new Uint8Array(3);
    assert.throws(() => pixel.encodePng({ width: 2, height: 1, rgb }), /expected 6 samples, found 3/);
    assert.throws(() => pixel.encodePng({ width: 65536, height: 65536, rgb }), /at most 4194304 pixels/);
});

test('golden answers are read', async () => {
    const prediction = await pixel.decodePrediction(answer('pxos.output_token.pxi'));
    assert.deepEqual(prediction.map(({ id, confidence }) => [id, confidence]),
        [[112, 176], [111, 55], [10, 20], [32, 1], [84, 0]]);
    assert.equal(prediction[0].probability, 176 / 255);
    let seen = 0;
    const names = readdirSync(join(ROOT, 'cartridges/golden'));
    for (const name of names.filter((each) => each.endsWith('.output_token.pxi'))) {
        const [{ id }] = await pixel.decodePrediction(answer(name));
        const map = await pixel.decodeHeatmap(answer(name.replace('output_token', 'logits_heatmap')));
        const { width, height, grey } = map;
        assert.deepEqual([width, height, grey[id], grey.length], [32, 8, 255, 256], name);
        seen++;
    }
    assert.ok(seen >= 7);
    const said = await pixel.decodeSequence(answer('greedy.output_sequence.pxi'));
    assert.equal(said.length, 200);
    assert.match(String.fromCodePoint(...said.map(({ id }) => id)), /^ moth\nthat circled the lamp\n/);
});

test('kinds are told', async () => {
    const kind = async (bytes) => pixel.kindOf(await pixel.decodePng(bytes));
    assert.equal(await kind(answer('letter.input_tokens.pxi')), 'tokens');
    assert.equal(await kind(answer('letter.output_token.pxi')), 'prediction');
    assert.equal(await kind(answer('letter.logits_heatmap.pxi')), 'heat map');
    assert.equal(await kind(answer('drawn.output_sequence.pxi')), 'output_sequence');
    assert.equal(await kind(png(header(2, 2), data([0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]))), 'other');
});

test('what could be another kind to the pixel is what its name says, or its caller', async () => {
    const named = readFileSync(join(ROOT, 'protocol/src/test/resources/sequence-like-tokens.pxi'));
    assert.equal((await pixel.decodeSequence(named)).length, 33);
    const picture = await pixel.decodePng(named);
    assert.equal(pixel.kindOf(picture), 'output_sequence');
    picture.text = {};
    assert.equal(pixel.kindOf(picture), 'tokens');
    await assert.rejects(pixel.decodeSequence(picture), /the kind "tokens"/);
    const ids = [1023, ...Array(1023).keys()];
    const rgb = Uint8Array.from(ids.flatMap((id, i) => [id & 255, id >> 8, i === 0 ? 1 : 0]));
    const prediction = pixel.encodePng({ width: 1024, height: 1, rgb });
    assert.deepEqual((await pixel.decodePrediction(prediction)).map(({ id }) => id), ids);
    assert.deepEqual(await pixel.decodeTokens(prediction), ids.slice(1));
});

test('beams and scores are read, and their rules kept', async () => {
    const image = (width, height, rgb, name) =>
        pixel.encodePng({ width, height, rgb: Uint8Array.from(rgb) }, name ? { Kind: name } : {});
    const white = [255, 255, 255];
    const beams = await pixel.decodeBeams(image(2, 2, [1, 0, 9, 2, 1, 8, 3, 0, 7, ...white], 'output_beams'));
    assert.deepEqual(beams.map((beam) => beam.map(({ id, confidence }) => [id, confidence])),
        [[[1, 9], [258, 8]], [[3, 7]]]);
    await assert.rejects(pixel.decodeBeams(image(2, 1, [...white, 1, 0, 1])), /first token of a beam/);
    const stray = image(3, 1, [1, 0, 1, ...white, 5, 0, 1]);
    await assert.rejects(pixel.decodeBeams(stray), /padding after a beam, found token 5/);
    await assert.rejects(pixel.decodeBeams(image(2, 1, [1, 0, 1, ...white])), /width of its longest beam/);
    const scores = await pixel.decodeScores(image(2, 1, [1, 0, 0, 2, 0, 99], 'prompt_scores'));
    assert.equal(scores[1].confidence, 99);
    await assert.rejects(pixel.decodeScores(image(1, 1, [1, 0, 5])), /nothing predicts the first token/);
    await assert.rejects(pixel.decodeSequence(image(1, 1, [1, 0, 5], 'output_beams')), /kind "output_beams"/);
});

test('version 2 has three bytes for an id', async () => {
    const ids = [7, 65536, 262143, pixel.MAX_WIDE_ID];
    const file = pixel.encodeTokens(ids, {}, pixel.WIDE_VERSION);
    const picture = await pixel.decodePng(file);
    assert.deepEqual([...picture.rgb], [4, 0, 2, 7, 0, 0, 0, 0, 1, 255, 255, 3, 254, 255, 255]);
    assert.equal(pixel.kindOf(picture), 'tokens');
    assert.deepEqual(await pixel.decodeTokens(file), ids);
    for (const [wrong, version] of [[[0xffffff], 2], [[-1], 2], [[65536], 1], [[1], 3], [[1], 0]]) {
        assert.throws(() => pixel.encodeTokens(wrong, {}, version), RangeError);
    }
    await assert.rejects(pixel.decodeTokens(tokens([1, 0, 2], [255, 255, 255])), /pixel 1: .*white, which is none/);
    await assert.rejects(pixel.decodeTokens(tokens([2, 0, 2], [1, 2, 3])), /a count of 2/);
});

const WIDE = {
    prediction: [3, [1, 0, 2, 255, 255, 3, 0, 0, 1, 0, 0, 0, 200, 200, 200, 50, 50, 50]],
    output_sequence: [3, [2, 0, 2, 255, 255, 3, 7, 0, 0, 0, 0, 0, 50, 50, 50, 255, 255, 255]],
    output_beams: [3, [3, 2, 2, 255, 255, 3, 0, 0, 1, 0, 0, 0, 9, 9, 9, 8, 8, 8,
        0, 0, 0, 7, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0]],
    prompt_scores: [3, [4, 0, 2, 255, 255, 3, 7, 0, 0, 0, 0, 0, 0, 0, 0, 99, 99, 99]],
};
const wide = (kind, width, rgb, text = {}) =>
    pixel.encodePng({ width, height: rgb.length / 3 / width, rgb: Uint8Array.from(rgb) }, text);
const WIDE_READERS = {
    prediction: pixel.decodePrediction, output_sequence: pixel.decodeSequence, output_beams: pixel.decodeBeams,
    prompt_scores: pixel.decodeScores,
};

test('outputs of version 2 are told and read without their text', async () => {
    const pairs = (all) => all.map(({ id, confidence }) => [id, confidence]);
    const read = async (kind) => WIDE_READERS[kind](wide(kind, ...WIDE[kind]));
    assert.deepEqual(pairs(await read('prediction')), [[262143, 200], [65536, 50]]);
    assert.deepEqual(pairs(await read('output_sequence')), [[262143, 50], [7, 255]]);
    assert.deepEqual((await read('output_beams')).map(pairs), [[[262143, 9], [65536, 8]], [[7, 255]]]);
    assert.deepEqual(pairs(await read('prompt_scores')), [[262143, 0], [7, 99]]);
    for (const [kind, [width, rgb]] of Object.entries(WIDE)) {
        assert.equal(pixel.kindOf(await pixel.decodePng(wide(kind, width, rgb))), kind);
        for (const [other, reader] of Object.entries(WIDE_READERS)) {
            if (other !== kind) {
                await assert.rejects(reader(wide(kind, width, rgb)), new RegExp(`kind "${kind}"`), `${kind} as ${other}`);
            }
        }
        await assert.rejects(pixel.decodeTokens(wide(kind, width, rgb)), /a token image/);
        const changed = (x, y, ...to) => wide(kind, width, rgb.with(3 * (y * width + x), to[0])
            .with(3 * (y * width + x) + 1, to[1]).with(3 * (y * width + x) + 2, to[2]));
        await assert.rejects(WIDE_READERS[kind](changed(0, 1, 0, 1, 0)), /pixel \(0, 1\): expected black/);
        await assert.rejects(WIDE_READERS[kind](changed(1, 1, 9, 9, 8)), /pixel \(1, 1\): .*R = G = B/);
        await assert.rejects(WIDE_READERS[kind](changed(1, 0, 255, 255, 255)), /pixel \(1, 0\): .*token/);
    }
    const rising = WIDE.prediction[1].with(15, 201).with(16, 201).with(17, 201);
    await assert.rejects(pixel.decodePrediction(wide('prediction', 3, rising)), /pixel \(2, 1\): .*at most 200/);
    const first = WIDE.prompt_scores[1].with(12, 1).with(13, 1).with(14, 1);
    await assert.rejects(pixel.decodeScores(wide('prompt_scores', 3, first)), /nothing predicts the first token/);
    const narrow = wide('output_beams', 2, [1, 0, 2, 5, 0, 9, 0, 0, 0, 5, 0, 9], { Kind: 'output_beams' });
    assert.deepEqual((await pixel.decodeBeams(narrow)).map(pairs), [[[1, 2], [5, 9]], [[0, 0], [5, 9]]]);
});

test('every legal encoding is read to the same pixels', async () => {
    const kinds = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [2, 8], [2, 16], [3, 1], [3, 2], [3, 4], [3, 8],
        [4, 8], [4, 16], [6, 8], [6, 16]];
    const sizes = [[1, 1], [2, 1], [1, 3], [5, 1], [8, 8], [9, 5], [13, 17], [33, 7]];
    const below = numbers(1);
    let read = 0;
    for (const [colour, depth] of kinds) {
        for (let filter = -1; filter < 5; filter++) {
            for (const interlaced of [false, true]) {
                for (const [width, height] of sizes) {
                    const palette = Array.from({ length: 3 << Math.min(depth, 8) }, () => below(256));
                    const full = 2 ** depth - 1;
                    const rgb = [];
                    const samples = Array.from({ length: height }, () => Array.from({ length: width }, () => {
                        const [a, b, c] = [below(1 << Math.min(depth, 8)), below(256), below(256)];
                        const grey = depth < 8 ? Math.floor((a * 255) / full) : a;
                        const wide = (value) => (depth === 16 ? 257 * value : value);
                        switch (colour) {
                            case 0: rgb.push(grey, grey, grey); return [wide(a)];
                            case 3: rgb.push(...palette.slice(3 * a, 3 * a + 3)); return [a];
                            case 4: rgb.push(a, a, a); return [wide(a), full];
                            case 2: rgb.push(a, b, c); return [wide(a), wide(b), wide(c)];
                            default: rgb.push(a, b, c); return [wide(a), wide(b), wide(c), full];
                        }
                    }));
                    const extra = [chunk('gAMA', [0, 0, 1, 0])];
                    if (colour === 3) {
                        extra.push(chunk('PLTE', palette), chunk('tRNS', [255, 255]));
                    }
                    const file = encode(samples, { colour, depth, interlaced, filter }, 1 + below(40), extra);
                    const decoded = await pixel.decodePng(file);
                    assert.deepEqual([...decoded.rgb], rgb, `${[colour, depth, filter, interlaced, width, height]}`);
                    read++;
                }
            }
        }
    }
    assert.equal(read, kinds.length * 12 * sizes.length);
});

const RGB_ROW = [0, 1, 2, 3]; // filter 0 and one pixel
const one = header(1, 1);
const sound = png(one, data(RGB_ROW));
const tokens = (...pixels) => png(header(pixels.length, 1), data([0, ...pixels.flat()]));
const bad = (bytes, at) => { const copy = Buffer.from(bytes); copy[at] ^= 1; return copy; };
const zlibOf = (file) => file.subarray(41, file.length - 16); // the data of a file's only IDAT, after IHDR alone

const INVALID = 'invalid content';
const TRUNCATED = 'truncated';
const REFUSED = [
    ['empty', Buffer.alloc(0), 'not a PNG', /an empty file/],
    ['html', Buffer.from('<html>'), 'not a PNG', /found bytes 60 104/],
    ['cut signature', SIGNATURE.subarray(0, 5), TRUNCATED, /signature/],
    ['signature alone', SIGNATURE, TRUNCATED, /byte 8/],
    ['no IEND', sound.subarray(0, sound.length - 12), TRUNCATED, /up to IEND/],
    ['cut IDAT', sound.subarray(0, 45), TRUNCATED, /end of the file/],
    ['CRC', bad(sound, 40), INVALID, /checksum \(CRC\)/],
    ['chunk name', png(one, chunk('1DAT'), data(RGB_ROW)), INVALID, /four letters/],
    ['no IHDR', png(data(RGB_ROW)), INVALID, /IHDR as the first/],
    ['two IHDR', png(one, one, data(RGB_ROW)), INVALID, /second IHDR/],
    ['short IHDR', png(chunk('IHDR', [0, 0, 0, 1])), INVALID, /13 bytes/],
    ['zero wide', png(header(0, 1), data([0])), INVALID, /0 x 1/],
    ['too wide', png(header(65537, 1), data([0])), INVALID, /65537 x 1/],
    ['too many pixels', png(header(65536, 65), data([0])), INVALID, /65536 x 65/],
    ['huge', png(header(0x7fffffff, 0x7fffffff), data([0])), INVALID, /2147483647 x 2147483647/],
    ['colour type', png(header(1, 1, 8, 5), data(RGB_ROW)), INVALID, /colour type 5/],
    ['depth', png(header(1, 1, 4, 2), data(RGB_ROW)), INVALID, /bit depth 4/],
    ['compression', png(header(1, 1, 8, 2, 0, 1), data(RGB_ROW)), INVALID, /compression 0/],
    ['interlace', png(header(1, 1, 8, 2, 2), data(RGB_ROW)), INVALID, /interlace 0 or 1/],
    ['no IDAT', png(one), INVALID, /no IDAT/],
    ['IDAT apart', png(one, data(RGB_ROW), chunk('gAMA', [0, 0, 1, 0]), chunk('IDAT')), INVALID, /between them/],
    ['late PLTE', png(one, data(RGB_ROW), chunk('PLTE', [1, 2, 3])), INVALID, /PLTE/],
    ['PLTE in grey', png(header(1, 1, 8, 0), chunk('PLTE', [1, 2, 3]), data([0, 1])), INVALID, /PLTE/],
    ['no PLTE', png(header(1, 1, 8, 3), data([0, 0])), INVALID, /no PLTE/],
    ['PLTE size', png(header(1, 1, 8, 3), chunk('PLTE', [1, 2]), data([0, 0])), INVALID, /3 bytes, found 2/],
    ['PLTE too long', png(header(1, 1, 1, 3), chunk('PLTE', new Array(9).fill(1)), data([0, 0])), INVALID, /1 to 2/],
    ['palette index', png(header(1, 1, 8, 3), chunk('PLTE', [1, 2, 3]), data([0, 7])), INVALID, /palette index 7/],
    ['palette alpha', png(header(1, 1, 8, 3), chunk('PLTE', [1, 2, 3]), chunk('tRNS', [9]), data([0, 0])),
        INVALID, /alpha 9 of 255/],
    ['tRNS with RGBA', png(header(1, 1, 8, 6), chunk('tRNS', [0, 0]), data([0, 1, 2, 3, 255])), INVALID, /tRNS/],
    ['alpha', png(header(1, 1, 8, 6), data([0, 1, 2, 3, 254])), INVALID, /pixel \(0, 0\).*alpha 254/],
    ['colour key', png(one, chunk('tRNS', [0, 1, 0, 2, 0, 3]), data(RGB_ROW)), INVALID, /tRNS makes transparent/],
    ['16 bits', png(header(1, 1, 16, 0), data([0, 1, 2])), INVALID, /0x102/],
    ['row filter', png(one, data([5, 1, 2, 3])), INVALID, /row filter from 0 to 4, found filter 5/],
    ['APNG', png(one, chunk('acTL', new Array(8).fill(0)), data(RGB_ROW)), INVALID, /APNG/],
    ['critical chunk', png(one, chunk('ABCD'), data(RGB_ROW)), INVALID, /unknown critical/],
    ['text without a zero', png(one, chunk('tEXt', [65]), data(RGB_ROW)), INVALID, /keyword/],
    ['very long text', png(one, chunk('tEXt', Buffer.alloc(1048577, 'a\0')), data(RGB_ROW)),
        INVALID, /1048576 bytes of/],
    ['bytes after IEND', Buffer.concat([sound, Buffer.from('x')]), INVALID, /1 more bytes/],
    ['bytes after the stream', png(one, chunk('IDAT', Buffer.concat([zlibOf(sound), Buffer.from('x')]))),
        INVALID, /./],
    ['its checksum twice', png(one, chunk('IDAT', Buffer.concat([zlibOf(sound), zlibOf(sound).subarray(-4)]))),
        INVALID, /./],
    ['Adler-32', png(one, chunk('IDAT', bad(zlibOf(sound), zlibOf(sound).length - 1))), INVALID, /./],
    ['a stream cut', png(one, chunk('IDAT', zlibOf(sound).subarray(0, 5))), INVALID, /zlib/],
    ['no stream', png(one, chunk('IDAT', [1, 2, 3, 4, 5, 6, 7, 8])), INVALID, /zlib/],
    ['a row short', png(header(1, 2), data(RGB_ROW)), TRUNCATED, /after 4/],
    ['a byte long', png(one, data([...RGB_ROW, 9])), INVALID, /more data than the picture has room for/],
    ['a bomb', png(one, data(Buffer.alloc(1 << 24))), INVALID, /more data than the picture/],
    ['too few bytes for the picture', png(header(2048, 2048), data([0])), TRUNCATED, /too few/],
    ['a large file', Buffer.concat([sound, Buffer.alloc(1 << 24)]), INVALID, /16777216 bytes/],
];

test('damaged and unfit files are refused with a reason', async (t) => {
    for (const [name, bytes, kind, message] of REFUSED) {
        await t.test(name, () => assert.rejects(pixel.decodePng(bytes, 'x.pxi'), (fault) => {
            assert.ok(fault instanceof pixel.PxiError, String(fault?.stack));
            assert.match(fault.message, message);
            assert.match(fault.message, /^x\.pxi: .+: expected .+, found .+\. .+\.|\?$/);
            assert.equal(fault.kind, kind);
            return true;
        }));
    }
    assert.equal((await pixel.decodePng(sound)).rgb.length, 3);
});

test('images that break their own rules are refused', async () => {
    const refused = async (decode, bytes, message, kind = 'invalid content') =>
        assert.rejects(decode(bytes, 'x.pxi'), (fault) => message.test(fault.message) && fault.kind === kind);
    await refused(pixel.decodeTokens, tokens([1, 0, 3], [7, 0, 0]), /version 3/, 'unsupported version');
    await refused(pixel.decodeTokens, tokens([0, 0, 1]), /0 tokens/);
    await refused(pixel.decodeTokens, tokens([2, 0, 1], [7, 0, 0]), /a count of 1.*a count of 2/);
    await refused(pixel.decodeTokens, tokens([1, 0, 1], [7, 0, 0], [7, 0, 0]), /a count of 2.*a count of 1/);
    await refused(pixel.decodeTokens, tokens([1, 0, 1], [7, 0, 3]), /pixel 1: expected blue 0.*blue 3/);
    await refused(pixel.decodeTokens, answer('letter.logits_heatmap.pxi'), /kind "heat map" \(32 x 8\)/);
    await refused(pixel.decodeTokens, answer('letter.output_token.pxi'), /prediction/, 'unsupported version');
    await refused(pixel.decodePrediction, tokens([9, 0, 5], [8, 0, 6]), /pixel 1: expected a confidence of at most 5/);
    await refused(pixel.decodePrediction, golden('pxos.pxi'), /kind "tokens"/);
    await refused(pixel.decodePrediction, answer('drawn.output_sequence.pxi'), /output_sequence/);
    await refused(pixel.decodeHeatmap, answer('letter.output_token.pxi'), /grey pixel/);
    await refused(pixel.decodeSequence, golden('pxos.pxi'), /kind "tokens"/);
});

test('a transparent colour that no pixel has is no fault', async () => {
    const grey = png(header(1, 1, 4, 0), chunk('tRNS', [0, 3]), data([0, 0x50]));
    assert.deepEqual([...(await pixel.decodePng(grey)).rgb], [0x55, 0x55, 0x55]);
    const keyed = png(header(1, 1, 4, 0), chunk('tRNS', [0xff, 0xf5]), data([0, 0x50]));
    await assert.rejects(pixel.decodePng(keyed), /translucent/);
    const palette = png(header(1, 1, 8, 3), chunk('PLTE', [1, 2, 3, 4, 5, 6]), chunk('tRNS', [0]), data([0, 1]));
    assert.deepEqual([...(await pixel.decodePng(palette)).rgb], [4, 5, 6]);
});

test('every flipped bit is noticed, and no mutation causes anything but a PxiError', async () => {
    const file = golden('pxos.pxi');
    for (let bit = 0; bit < 8 * file.length; bit++) {
        const copy = Buffer.from(file);
        copy[bit >> 3] ^= 1 << (bit & 7);
        await assert.rejects(pixel.decodeTokens(copy), pixel.PxiError, `bit ${bit}`);
    }
    const below = numbers(2);
    const rows = Array.from({ length: 9 }, () => [below(5), ...Array.from({ length: 21 }, () => below(256))]).flat();
    const zlib = zlibOf(png(header(7, 9), data(rows, { level: 9 })));
    for (let i = 0; i < 2000; i++) { // below the chunks' checksums, where only inflating and Adler-32 guard
        const copy = Buffer.from(zlib.subarray(0, below(8) === 0 ? below(zlib.length) : zlib.length));
        for (let n = 1 + below(3); n > 0 && copy.length > 0; n--) {
            copy[below(copy.length)] = below(256);
        }
        await pixel.decodePng(png(header(7, 9), chunk('IDAT', copy))).catch((fault) =>
            assert.ok(fault instanceof pixel.PxiError, `mutation ${i}: ${fault.stack}`));
    }
});

const isBuilt = existsSync(join(ROOT, 'cli/target/pixel-llm.jar'));
const asks = { skip: !isBuilt && 'the engine is not built: ./build' };

/** Gives a function an empty folder, and one that runs a program in it and returns what that says. */
async function inFolder(work) {
    const folder = mkdtempSync(join(tmpdir(), 'pixel-llm-'));
    const quiet = { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' };
    try {
        await work((name) => join(folder, name), (program, ...args) => execFileSync(program, args, quiet));
    } finally {
        rmSync(folder, { recursive: true });
    }
}

test('a conversation with the engine', asks, () => inFolder(async (at, run) => {
    const engine = (...args) => run(join(ROOT, 'pixel-llm'), ...args);
    const read = (name) => readFileSync(at(name));
    writeFileSync(at('input_tokens.pxi'), pixel.encodeTokens('pxOS'));
    engine('infer', '-i', 'input_tokens.pxi', '-o', '.', '-c', join(ROOT, 'cartridges/golden.pxi'), '-x', 'reference');
    assert.deepEqual(await pixel.decodePrediction(read('output_token.pxi')),
        await pixel.decodePrediction(answer('pxos.output_token.pxi')));
    assert.deepEqual(await pixel.decodeHeatmap(read('logits_heatmap.pxi')),
        await pixel.decodeHeatmap(answer('pxos.logits_heatmap.pxi')));

    writeFileSync(at('input_tokens.pxi'), pixel.encodeTokens('Once upon a time'));
    engine('infer', '-i', 'input_tokens.pxi', '-o', '.');
    const [best] = await pixel.decodePrediction(read('output_token.pxi'));
    const { grey } = await pixel.decodeHeatmap(read('logits_heatmap.pxi'));
    assert.equal(grey.length, 1024);
    assert.equal(grey[best.id], 255);

    engine('generate', '-i', 'input_tokens.pxi', '-n', '12', '--beams', '3', '--scores', '-o', '.');
    assert.equal((await pixel.decodeBeams(read('output_beams.pxi'))).length, 3);
    const scores = await pixel.decodeScores(read('prompt_scores.pxi'));
    assert.deepEqual(scores.map(({ id }) => id), pixel.tokensOf('Once upon a time'));
    // as long as this, it is compressed
    engine('generate', '-i', 'input_tokens.pxi', '-n', '1500', '--seed', '1', '-o', '.', '-c', join(ROOT, 'cartridges/golden.pxi'));
    assert.equal((await pixel.decodeSequence(read('output_sequence.pxi'))).length, 1500);

    writeFileSync(at('bad.pxi'), tokens([1, 0, 2], [7, 0, 0]));
    assert.throws(() => engine('infer', '-i', 'bad.pxi', '-o', '.'), { status: 65 });
}));

test('the example of docs/clients.md runs', asks, () => inFolder(async (at, run) => {
    const [, example] = readFileSync(join(ROOT, 'docs/clients.md'), 'utf8').match(/```js\n(.*?)```/s);
    writeFileSync(at('example.mjs'), example);
    symlinkSync(join(ROOT, 'pixel-llm'), at('pixel-llm'));
    symlinkSync(join(ROOT, 'clients/javascript/pixel_llm.js'), at('pixel_llm.js'));
    const lines = run(process.execPath, 'example.mjs').trimEnd().split('\n');
    assert.equal(lines.length, 5);
    assert.match(lines[0], /^. 0\.\d+$/);
}));
