/**
 * The pixel files of Pixel-LLM, for Node 18 and newer and for browsers, with nothing but the platform.
 *
 *     import { encodeTokens, decodePrediction } from './pixel_llm.js';
 *     await writeFile('input_tokens.pxi', encodeTokens('pxOS'));
 *     // … run ./pixel-llm infer -i input_tokens.pxi -o . …
 *     for (const { id, probability } of await decodePrediction(await readFile('output_token.pxi'))) …
 *
 * PNG bytes are written and parsed here, never through a canvas: colour management and alpha would change them.
 * docs/protocol.md says what each image means, docs/png.md which files are read. Every limit below is checked before
 * memory is taken.
 */

/** The most tokens in one image. */
export const MAX_TOKENS = 65535;
/** The highest token id of version 1: a pixel has two bytes for one. */
export const MAX_ID = 65535;
/** The highest token id of version 2: a pixel has three bytes for one, and white is none. */
export const MAX_WIDE_ID = 0xfffffe;
/** The ids of the protocol's own characters. */
export const VOCABULARY = 1024;
/** The version of models of up to 65,536 ids. */
export const VERSION = 1;
/** The version of models of more. */
export const WIDE_VERSION = 2;
/** The most rows of a beams image. */
export const MAX_BEAMS = 256;
/** The most beams of version 2, which counts them in one byte. */
export const MAX_WIDE_BEAMS = 255;
/** The largest file, in bytes. */
export const MAX_FILE_BYTES = 1 << 24;
/** The longest side of a picture. */
export const MAX_SIDE = 65536;
/** The most pixels of a picture. */
export const MAX_PIXELS = 1 << 22;
/** The most bytes of tEXt entries in one file. */
export const MAX_TEXT_BYTES = 1 << 20;

const MAX_EXPANSION = 1032; // deflate's own bound: a match of 258 bytes from 2 bits
const MAX_STORED_BLOCK = 65535;
const MAX_KEYWORD_BYTES = 79;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const HEATMAP_WIDTH = 32; // what Pixel-LLM writes; any width is read
const FRAME = 12; // bytes of a chunk around its data: length, type, checksum

const GREY = 0;
const RGB = 2;
const PALETTE = 3;
const GREY_ALPHA = 4;
const RGBA = 6;
const CHANNELS = { [GREY]: 1, [RGB]: 3, [PALETTE]: 1, [GREY_ALPHA]: 2, [RGBA]: 4 };
const DEPTHS = {
    [GREY]: [1, 2, 4, 8, 16], [RGB]: [8, 16], [PALETTE]: [1, 2, 4, 8], [GREY_ALPHA]: [8, 16], [RGBA]: [8, 16],
};

const ONE_PASS = [[0, 0, 1, 1]]; // x, y, step in x, step in y
const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

const COPY_AGAIN = 'The file was cut or damaged on its way: copy or download it again.';
const SAVE_AGAIN = 'Save it again as a plain, opaque 8-bit RGB PNG.';
const WHITE = 0xffffff;
const WIDE_KINDS = ['prediction', 'output_sequence', 'output_beams', 'prompt_scores']; // by their numbers, from 1
const NAMES = ['output_sequence', 'output_beams', 'prompt_scores', 'attention', 'activations', 'view'];

/**
 * What is wrong with a file: `kind` is 'not a PNG', 'truncated', 'unsupported version' or 'invalid content'; `file`,
 * `place`, `expected`, `found` and `remedy` are the parts of the message.
 */
export class PxiError extends Error {
    constructor(kind, file, place, expected, found, remedy) {
        super(`${file}: ${place}: expected ${expected}, found ${found}. ${remedy}`);
        Object.assign(this, { name: 'PxiError', kind, file, place, expected, found, remedy });
    }
}

function invalid(file, place, expected, found, remedy = SAVE_AGAIN) {
    return new PxiError('invalid content', file, place, expected, found, remedy);
}

function truncated(file, place, expected, found) {
    return new PxiError('truncated', file, place, expected, found, COPY_AGAIN);
}

/** The ids of a text: one for each code point, its value modulo 1,024. */
export function tokensOf(text) {
    return Array.from(text, (character) => character.codePointAt(0) % VOCABULARY);
}

/**
 * A token image as the bytes of a PNG file.
 *
 * @param {string | Iterable<number>} tokens a text, or 1 to 65,535 ids of 0 to 65,535, or of version 2 to 16,777,214
 * @param {Object<string, string>} text tEXt entries, Latin-1
 * @param {number} version WIDE_VERSION for a model of more than 65,536 ids
 * @returns {Uint8Array}
 */
export function encodeTokens(tokens, text = {}, version = VERSION) {
    const maxId = { [VERSION]: MAX_ID, [WIDE_VERSION]: MAX_WIDE_ID }[version];
    if (maxId === undefined) {
        throw new RangeError(`expected version 1 or 2, found ${version}`);
    }
    const ids = typeof tokens === 'string' ? tokensOf(tokens) : Array.from(tokens);
    if (ids.length < 1 || ids.length > MAX_TOKENS) {
        throw new RangeError(`expected 1 to ${MAX_TOKENS} tokens, found ${ids.length}`);
    }
    const rgb = new Uint8Array(3 * (ids.length + 1)); // [1, ids + 1, 3]
    rgb.set([ids.length & 255, ids.length >> 8, version]);
    ids.forEach((id, i) => {
        if (!Number.isInteger(id) || id < 0 || id > maxId) {
            throw new RangeError(`token ${i}: expected an id of 0 to ${maxId}, found ${id}`);
        }
        rgb.set([id & 255, (id >> 8) & 255, id >> 16], 3 * (i + 1));
    });
    return encodePng({ width: ids.length + 1, height: 1, rgb }, text);
}

/**
 * The ids of a token image. This and the other decoders take the bytes of a file, or what decodePng made of them, and a
 * name for messages; they reject with a PxiError.
 *
 * @returns {Promise<number[]>}
 */
export async function decodeTokens(source, file = '<memory>') {
    const png = await pngOf(source, file);
    const how = 'Write it anew with encodeTokens or `pixel-llm encode`.';
    if (png.height !== 1 || isDenied(png, 'tokens')) {
        throw invalid(file, 'picture', 'a token image, 1 pixel high', describe(png), how);
    }
    const [count, present, version] = [idAt(png, 0), png.width - 1, png.rgb[2]];
    if (version !== VERSION && version !== WIDE_VERSION) {
        const found = `version ${version} in ${describe(png)}`;
        throw new PxiError('unsupported version', file, 'pixel 0', 'version 1 or 2 in blue', found, how);
    }
    if (count === 0) {
        throw invalid(file, 'pixel 0', `a count of 1 to ${MAX_TOKENS} tokens`, '0 tokens', how);
    }
    if (count !== present) {
        throw invalid(file, 'pixel 0', `a count of ${present}, the pixels after it`, `a count of ${count}`, how);
    }
    if (version === WIDE_VERSION) {
        const ids = Array.from({ length: count }, (_, i) => colourAt(png, i + 1));
        const white = ids.indexOf(WHITE);
        if (white >= 0) {
            throw invalid(file, `pixel ${white + 1}`, 'a token id', 'white, which is none', how);
        }
        return ids;
    }
    return Array.from({ length: count }, (_, i) => {
        const blue = png.rgb[3 * (i + 1) + 2];
        if (blue !== 0) {
            throw invalid(file, `pixel ${i + 1}`, 'blue 0, which version 1 does not use', `blue ${blue}`, how);
        }
        return idAt(png, i + 1);
    });
}

/**
 * The predictions of output_token.pxi, best first.
 *
 * @returns {Promise<{id: number, confidence: number, probability: number}[]>} confidence 0 to 255, probability 0 to 1
 */
export async function decodePrediction(source, file = '<memory>') {
    const png = await pngOf(source, file);
    const how = 'Is this the output_token.pxi that you meant?';
    if (isWide(png, 'prediction')) {
        const [predictions] = wideRows(png, file, how);
        const rising = predictions.findIndex((each, i) => i > 0 && each.confidence > predictions[i - 1].confidence);
        if (rising >= 0) {
            const expected = `a confidence of at most ${predictions[rising - 1].confidence}, that of the pixel before`;
            const found = `confidence ${predictions[rising].confidence}`;
            throw invalid(file, pixel(rising + 1, 1), expected, found, how);
        }
        return predictions;
    }
    // A few pictures are sound token images and sound predictions, to the pixel: whoever asks for a prediction has one.
    const isTokens = looksLikeTokens(png) && !looksLikePrediction(png);
    if (png.height !== 1 || isTokens || isDenied(png, 'prediction')) {
        throw invalid(file, 'picture', 'a prediction image, 1 pixel high', describe(png), how);
    }
    const predictions = row(png, 0);
    for (let x = 1; x < predictions.length; x++) {
        const [before, here] = [predictions[x - 1].confidence, predictions[x].confidence];
        if (here > before) {
            const expected = `a confidence of at most ${before}, that of the pixel before`;
            throw invalid(file, `pixel ${x}`, expected, `confidence ${here}`, how);
        }
    }
    return predictions;
}

/**
 * The cells of logits_heatmap.pxi: the cell of token `id` is `grey[id]`.
 *
 * @returns {Promise<{width: number, height: number, grey: Uint8Array}>} grey row by row // [height, width]
 */
export async function decodeHeatmap(source, file = '<memory>') {
    const png = await pngOf(source, file);
    const how = 'Is this the logits_heatmap.pxi that you meant?';
    if (isDenied(png, 'heat map')) {
        throw invalid(file, 'picture', 'a heat map', describe(png), how);
    }
    const grey = new Uint8Array(png.width * png.height);
    for (let i = 0; i < grey.length; i++) {
        const [r, g, b] = png.rgb.subarray(3 * i, 3 * i + 3);
        if (r !== g || r !== b) {
            const place = pixel(i % png.width, Math.floor(i / png.width));
            throw invalid(file, place, 'a grey pixel (R = G = B)', `(${r}, ${g}, ${b}) in ${describe(png)}`, how);
        }
        grey[i] = r;
    }
    return { width: png.width, height: png.height, grey };
}

/** The generated tokens of output_sequence.pxi, in their order, each as decodePrediction gives it. */
export async function decodeSequence(source, file = '<memory>') {
    return tokenRow(await pngOf(source, file), 'output_sequence', file);
}

/** The tokens of prompt_scores.pxi, each with the probability that the model gave it; the first has 0. */
export async function decodeScores(source, file = '<memory>') {
    const png = await pngOf(source, file);
    const tokens = tokenRow(png, 'prompt_scores', file);
    if (tokens[0].confidence !== 0) {
        const [place, channel] = png.height > 1 ? [pixel(1, 1), 'grey'] : ['pixel 0', 'blue'];
        const expected = `${channel} 0, since nothing predicts the first token of a prompt`;
        const found = `${channel} ${tokens[0].confidence}`;
        throw invalid(file, place, expected, found, 'Is this the prompt_scores.pxi?');
    }
    return tokens;
}

/** The beams of output_beams.pxi, best first: an array of tokens for each. */
export async function decodeBeams(source, file = '<memory>') {
    const png = await pngOf(source, file);
    const how = 'Is this the output_beams.pxi that you meant?';
    if (isWide(png, 'output_beams')) {
        const beams = wideRows(png, file, how);
        requireFull(beams, png.width - 1, file, how);
        return beams;
    }
    const isAnother = nameOf(png) === undefined && hasBlackColumn(png) && wideKindOf(png) !== undefined;
    if (png.height > MAX_BEAMS || isAnother || png.width > MAX_TOKENS || isDenied(png, 'output_beams')) {
        throw invalid(file, 'picture', `output beams, 1 to ${MAX_BEAMS} pixels high`, describe(png), how);
    }
    const isPadding = (token) => token.id === MAX_ID && token.confidence === 255;
    const beams = Array.from({ length: png.height }, (_, y) => {
        const all = row(png, y);
        const end = all.findIndex(isPadding);
        const beam = end < 0 ? all : all.slice(0, end);
        const stray = all.findIndex((token, x) => x > beam.length && !isPadding(token));
        if (beam.length === 0) {
            throw invalid(file, pixel(0, y), 'the first token of a beam', 'white, which is padding', how);
        }
        if (stray >= 0) {
            throw invalid(file, pixel(stray, y), 'white, the padding after a beam', `token ${all[stray].id}`, how);
        }
        return beam;
    });
    requireFull(beams, png.width, file, how);
    return beams;
}

function requireFull(beams, columns, file, how) {
    if (beams.every((beam) => beam.length < columns)) {
        throw invalid(file, 'picture', 'the width of its longest beam', `a width of ${columns}`, how);
    }
}

/**
 * The output of version 2 that a picture's first pixel, (kind, beams, 2), names; undefined where it names none. The rest of
 * that column is black. After it each row of tokens has a row of ids in R, G and B above one of confidences as greys.
 */
function wideKindOf(png) {
    const [number, beams, version] = png.rgb;
    const kind = version === WIDE_VERSION ? WIDE_KINDS[number - 1] : undefined;
    const isCounted = kind === 'output_beams' ? beams > 0 : beams === 0;
    return isCounted && png.height === 2 * Math.max(1, beams) ? kind : undefined;
}

function isWide(png, kind) {
    return wideKindOf(png) === kind && !isDenied(png, kind);
}

function hasBlackColumn(png) {
    return Array.from({ length: png.height - 1 }, (_, y) => colourAt(png, (y + 1) * png.width)).every((it) => it === 0);
}

function wideRows(png, file, how) {
    const refuse = (x, y, expected) => {
        const at = 3 * (y * png.width + x);
        return invalid(file, pixel(x, y), expected, `(${[...png.rgb.subarray(at, at + 3)].join(', ')})`, how);
    };
    if (png.width < 2 || png.width > MAX_TOKENS + 1) {
        const expected = `1 to ${MAX_TOKENS} tokens after its first column`;
        throw invalid(file, 'picture', expected, describe(png), how);
    }
    for (let y = 1; y < png.height; y++) {
        if (colourAt(png, y * png.width) !== 0) {
            throw refuse(0, y, 'black below the pixel that names the kind');
        }
    }
    const isPadded = wideKindOf(png) === 'output_beams';
    const rows = [];
    for (let y = 0; y < png.height; y += 2) {
        const tokens = [];
        for (let x = 1; x < png.width; x++) {
            const id = colourAt(png, y * png.width + x);
            const below = colourAt(png, (y + 1) * png.width + x);
            const confidence = below & 255;
            if (below !== confidence * 0x010101) {
                throw refuse(x, y + 1, 'a confidence as a grey (R = G = B)');
            }
            if (isPadded && id === WHITE && x > 1) {
                if (confidence !== 0) {
                    throw refuse(x, y + 1, 'black below white, which is padding');
                }
                continue;
            }
            if (id === WHITE) {
                throw refuse(x, y, isPadded ? 'the first token of a beam' : 'a token');
            }
            if (tokens.length < x - 1) {
                throw refuse(x, y, `white above black, the padding after a beam's ${tokens.length} tokens`);
            }
            tokens.push({ id, confidence, probability: confidence / 255 });
        }
        rows.push(tokens);
    }
    return rows;
}

/**
 * What a decoded picture is: the name that its `Kind` entry gives; else, by its pixels, 'tokens', 'prediction',
 * 'heat map', an extension of version 2 by its name, or 'other'.
 */
export function kindOf(png) {
    const named = nameOf(png);
    if (named) {
        return named;
    }
    if (wideKindOf(png)) {
        return wideKindOf(png);
    }
    if (looksLikeTokens(png)) {
        return 'tokens';
    }
    if (looksLikePrediction(png)) {
        return 'prediction';
    }
    return looksLikeHeatmap(png) ? 'heat map' : 'other';
}

function nameOf(png) {
    return NAMES.find((name) => name === png.text.Kind);
}

/** Whether a picture's own text says that it is something else. */
function isDenied(png, kind) {
    const named = nameOf(png);
    return named !== undefined && named !== kind;
}

function describe(png) {
    const kind = wideKindOf(png) ?? kindOf(png);
    const size = `${png.width} x ${png.height}`;
    return kind === 'other' ? `a ${size} picture` : `an image of the kind "${kind}" (${size})`;
}

function looksLikeTokens(png) {
    if (png.height !== 1 || png.width < 2 || idAt(png, 0) !== png.width - 1) {
        return false;
    }
    if (png.rgb[2] === WIDE_VERSION) {
        return row(png, 0).every((_, x) => x === 0 || colourAt(png, x) !== WHITE);
    }
    return png.rgb[2] === VERSION && row(png, 0).every((token, x) => x === 0 || token.confidence === 0);
}

/** Distinct ids whose confidences do not increase and sum to 255 but for what rounding takes or gives. */
function looksLikePrediction(png) {
    if (png.height !== 1) {
        return false;
    }
    const all = row(png, 0);
    const sum = all.reduce((total, each) => total + each.confidence, 0);
    const falls = all.every((each, x) => x === 0 || each.confidence <= all[x - 1].confidence);
    return falls && new Set(all.map((each) => each.id)).size === all.length && Math.abs(sum - 255) <= all.length;
}

/** Grey, 32 wide, and spanning black to white, or flat but for black cells at the end. */
function looksLikeHeatmap(png) {
    if (png.width !== HEATMAP_WIDTH || !png.rgb.every((value, i) => value === png.rgb[i - (i % 3)])) {
        return false;
    }
    const cells = png.rgb.filter((_, i) => i % 3 === 0);
    const last = cells.findLastIndex((cell) => cell !== 0);
    const isFlat = last >= cells.length - png.width && cells.subarray(0, last + 1).every((cell) => cell === 128);
    return isFlat || (cells.includes(0) && cells.includes(255));
}

function tokenRow(png, name, file) {
    if (isWide(png, name)) {
        return wideRows(png, file, `Is this the ${name}.pxi that you meant?`)[0];
    }
    const isTokens = nameOf(png) === undefined && looksLikeTokens(png); // what is named is what its name says
    if (png.height !== 1 || png.width > MAX_TOKENS || isTokens || isDenied(png, name)) {
        const expected = `${name}, 1 pixel high, at most ${MAX_TOKENS} wide`;
        throw invalid(file, 'picture', expected, describe(png), `Is this the ${name}.pxi that you meant?`);
    }
    return row(png, 0);
}

function row(png, y) {
    return Array.from({ length: png.width }, (_, x) => {
        const confidence = png.rgb[3 * (y * png.width + x) + 2];
        return { id: idAt(png, y * png.width + x), confidence, probability: confidence / 255 };
    });
}

function idAt(png, i) {
    return png.rgb[3 * i] + 256 * png.rgb[3 * i + 1];
}

/** A pixel as one number: red + 256 · green + 65,536 · blue. */
function colourAt(png, i) {
    return idAt(png, i) + 65536 * png.rgb[3 * i + 2];
}

function pixel(x, y) {
    return `pixel (${x}, ${y})`;
}

async function pngOf(source, file) {
    return source instanceof Uint8Array || source instanceof ArrayBuffer ? decodePng(source, file) : source;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) {
        n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    }
    return n;
});

function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
    }
    return ~crc >>> 0;
}

function adler32(bytes) {
    let [a, b] = [1, 0];
    for (const byte of bytes) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    return b * 65536 + a;
}

function concatenate(parts) {
    const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
        out.set(part, at);
        at += part.length;
    }
    return out;
}

function bytes32(value) {
    return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function latin1(text) {
    return Uint8Array.from(text, (character) => {
        const code = character.codePointAt(0);
        if (code === 0 || code > 255) {
            throw new RangeError(`tEXt: expected Latin-1 characters, found ${JSON.stringify(character)}`);
        }
        return code;
    });
}

export function chunk(type, data) {
    const body = concatenate([latin1(type), data]);
    return concatenate([bytes32(data.length), body, bytes32(crc32(body))]);
}

/**
 * A picture as an 8-bit RGB PNG whose rows are stored, not compressed: the same bytes on every platform.
 *
 * @param {{width: number, height: number, rgb: Uint8Array}} picture // rgb [height, width, 3]
 * @param {Object<string, string>} text tEXt entries, Latin-1
 * @returns {Uint8Array}
 */
export function encodePng({ width, height, rgb }, text = {}) {
    const fits = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
    if (!fits || width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
        throw new RangeError(`expected a picture of at most ${MAX_PIXELS} pixels, found ${width} x ${height}`);
    }
    if (rgb.length !== 3 * width * height) {
        throw new RangeError(`expected ${3 * width * height} samples, found ${rgb.length}`);
    }
    const rows = new Uint8Array((3 * width + 1) * height); // each row after filter 0
    for (let y = 0; y < height; y++) {
        rows.set(rgb.subarray(3 * width * y, 3 * width * (y + 1)), (3 * width + 1) * y + 1);
    }
    const data = [[0x78, 0x01]];
    for (let at = 0; at < rows.length; at += MAX_STORED_BLOCK) {
        const block = rows.subarray(at, at + MAX_STORED_BLOCK);
        const size = block.length;
        const isLast = at + size === rows.length ? 1 : 0;
        data.push([isLast, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255], block);
    }
    data.push(bytes32(adler32(rows)));
    const entries = Object.entries(text).map(([keyword, value]) => {
        if (keyword.length < 1 || keyword.length > MAX_KEYWORD_BYTES) {
            throw new RangeError(`tEXt: expected a keyword of 1 to ${MAX_KEYWORD_BYTES} bytes, found "${keyword}"`);
        }
        return chunk('tEXt', concatenate([latin1(keyword), [0], latin1(value)]));
    });
    const header = [...bytes32(width), ...bytes32(height), 8, RGB, 0, 0, 0];
    return concatenate([
        SIGNATURE, chunk('IHDR', header), ...entries, chunk('IDAT', concatenate(data)), chunk('IEND', []),
    ]);
}

/**
 * Reads any PNG whose pixels are opaque 8-bit colours, however it is stored: grey, palette, RGB or RGBA, any depth, any
 * filter, interlaced or not. Notes about display are skipped: samples are data.
 *
 * @param {Uint8Array | ArrayBuffer} source
 * @param {string} file the name that messages begin with
 * @returns {Promise<{width: number, height: number, rgb: Uint8Array, text: Object<string, string>}>}
 *     // rgb [height, width, 3]
 */
export async function decodePng(source, file = '<memory>') {
    const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
    const png = readChunks(bytes, file);
    const passes = (png.interlaced ? ADAM7 : ONE_PASS)
        .map(([x, y, stepX, stepY]) => {
            const [columns, rows] = [Math.ceil((png.width - x) / stepX), Math.ceil((png.height - y) / stepY)];
            return { x, y, stepX, stepY, columns, rows, pitch: 1 + Math.ceil((columns * png.bits) / 8) };
        })
        .filter((pass) => pass.columns > 0 && pass.rows > 0); // one without pixels has no filter bytes either
    const size = passes.reduce((sum, pass) => sum + pass.rows * pass.pitch, 0);
    if (png.data.length * MAX_EXPANSION < size) {
        const expected = `data for a ${png.width} x ${png.height} picture`;
        throw truncated(file, 'IDAT', expected, `${png.data.length} bytes, too few whatever they hold`);
    }
    const rows = await inflate(png.data, size, file);
    const rgb = new Uint8Array(3 * png.width * png.height);
    let at = 0;
    for (const pass of passes) {
        for (let i = 0; i < pass.rows; i++, at += pass.pitch) {
            const line = rows.subarray(at + 1, at + pass.pitch);
            const above = i === 0 ? new Uint8Array(line.length) : rows.subarray(at - pass.pitch + 1, at);
            const y = pass.y + i * pass.stepY;
            undoFilter(rows[at], line, above, Math.max(1, png.bits >> 3), () => `row ${y}`, file);
            putRow(png, line, pass, y, rgb, file);
        }
    }
    return { width: png.width, height: png.height, rgb, text: png.text };
}

/** Walks all chunks, checks their bounds, checksums and order, and gathers what they say. */
function readChunks(bytes, file) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length > MAX_FILE_BYTES) {
        const found = `${bytes.length} bytes`;
        throw invalid(file, 'file', `at most ${MAX_FILE_BYTES} bytes`, found, 'Is this the file you meant?');
    }
    const known = SIGNATURE.findIndex((byte, i) => bytes[i] !== byte);
    if (known >= 0 && known === bytes.length && known > 0) {
        throw truncated(file, 'byte 0', 'the 8 bytes of the PNG signature', `the end of the file after ${known}`);
    }
    if (known >= 0) {
        const found = bytes.length === 0 ? 'an empty file' : `bytes ${[...bytes.subarray(0, 8)].join(' ')}`;
        const remedy = 'Give a .pxi file, which is a PNG image.';
        throw new PxiError('not a PNG', file, 'byte 0', 'a PNG image', found, remedy);
    }
    let png;
    let textBytes = 0;
    let dataEnd = -1;
    const parts = [];
    for (let at = SIGNATURE.length, type = ''; type !== 'IEND';) {
        const left = bytes.length - at;
        if (left < FRAME) {
            throw truncated(file, `byte ${at}`, 'another chunk, up to IEND', `the end of the file after ${left}`);
        }
        const length = view.getUint32(at);
        type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
        if (!/^[A-Za-z]{4}$/.test(type)) {
            const found = `bytes ${[...bytes.subarray(at + 4, at + 8)].join(' ')}`;
            throw invalid(file, `chunk at byte ${at}`, 'a chunk name of four letters', found, COPY_AGAIN);
        }
        const place = `chunk ${type} at byte ${at}`;
        const refuse = (expected, found, remedy) => invalid(file, place, expected, found, remedy);
        if (length > left - FRAME) {
            const expected = `${length} bytes of data and 4 of checksum`;
            throw truncated(file, place, expected, `the end of the file after ${left - 8}`);
        }
        const data = bytes.subarray(at + 8, at + 8 + length);
        const [computed, stated] = [crc32(bytes.subarray(at + 4, at + 8 + length)), view.getUint32(at + 8 + length)];
        if (computed !== stated) {
            throw refuse(`checksum (CRC) 0x${computed.toString(16)}`, `0x${stated.toString(16)}`, COPY_AGAIN);
        }
        if (!png && type !== 'IHDR') {
            throw refuse('IHDR as the first chunk', type);
        }
        switch (type) {
            case 'IHDR':
                if (png) {
                    throw refuse('one IHDR chunk', 'a second IHDR');
                }
                png = readHeader(data, refuse);
                break;
            case 'PLTE':
                readPalette(png, data, parts.length > 0, refuse);
                break;
            case 'tRNS':
                readTransparency(png, data, parts.length > 0, refuse);
                break;
            case 'IDAT':
                if (png.colour === PALETTE && !png.palette) {
                    throw refuse('PLTE before IDAT in a palette picture', 'no PLTE');
                }
                if (parts.length > 0 && at !== dataEnd) {
                    throw refuse('IDAT chunks one after another', 'another chunk between them');
                }
                parts.push(data);
                dataEnd = at + FRAME + length;
                break;
            case 'tEXt':
                textBytes += length;
                if (textBytes > MAX_TEXT_BYTES) {
                    throw refuse(`at most ${MAX_TEXT_BYTES} bytes of text in all`, `at least ${textBytes}`);
                }
                readText(png, data, refuse);
                break;
            case 'acTL':
            case 'fcTL':
            case 'fdAT':
                throw refuse('a still picture', 'an animation (APNG)', 'Save one frame as a plain PNG.');
            case 'IEND':
                if (length > 0 || parts.length === 0) {
                    throw refuse('an empty IEND after IDAT', length > 0 ? `${length} bytes` : 'no IDAT');
                }
                break;
            default:
                if (type.charCodeAt(0) < 0x60) { // a capital: critical
                    throw refuse('a chunk that PNG knows', 'unknown critical chunk');
                }
        }
        at += FRAME + length;
        if (type === 'IEND' && at !== bytes.length) {
            throw invalid(file, `byte ${at}`, 'the end of the file after IEND', `${bytes.length - at} more bytes`);
        }
    }
    return { ...png, data: concatenate(parts) };
}

function readHeader(data, refuse) {
    if (data.length !== 13) {
        throw refuse('13 bytes of header', `${data.length} bytes`);
    }
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const [width, height] = [view.getUint32(0), view.getUint32(4)];
    const [depth, colour, compression, filter, interlace] = data.subarray(8);
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
        const expected = `a picture of 1 x 1 to ${MAX_SIDE} on a side and ${MAX_PIXELS} pixels`;
        throw refuse(expected, `a ${width} x ${height} picture`, 'Is this the file you meant?');
    }
    if (!DEPTHS[colour]?.includes(depth)) {
        throw refuse('a colour type and bit depth that PNG knows', `colour type ${colour} with bit depth ${depth}`);
    }
    if (compression !== 0 || filter !== 0 || interlace > 1) {
        throw refuse('compression 0, filter 0 and interlace 0 or 1', `${compression}, ${filter} and ${interlace}`);
    }
    const bits = CHANNELS[colour] * depth; // of a pixel
    return { width, height, depth, colour, bits, interlaced: interlace === 1, text: Object.create(null) };
}

function readPalette(png, data, isLate, refuse) {
    const most = png.colour === PALETTE ? 1 << png.depth : 256;
    if (isLate || png.palette || png.transparency || png.colour === GREY || png.colour === GREY_ALPHA) {
        throw refuse('one PLTE, before tRNS and IDAT, in a picture with colours', 'PLTE here');
    }
    if (data.length === 0 || data.length % 3 !== 0 || data.length > 3 * most) {
        throw refuse(`1 to ${most} colours of 3 bytes`, `${data.length} bytes`);
    }
    png.palette = data;
}

function readTransparency(png, data, isLate, refuse) {
    const entries = png.palette ? png.palette.length / 3 : 0;
    const sizes = { [GREY]: [2, 2], [RGB]: [6, 6], [PALETTE]: [1, entries] };
    const [least, most] = sizes[png.colour] ?? [1, 0];
    if (isLate || png.transparency || data.length < least || data.length > most) {
        throw refuse(`one tRNS, before IDAT, that fits colour type ${png.colour}`, `${data.length} bytes of tRNS`);
    }
    png.transparency = data;
}

function readText(png, data, refuse) {
    const zero = data.indexOf(0);
    if (zero < 1 || zero > MAX_KEYWORD_BYTES) {
        throw refuse('a keyword of 1 to 79 bytes, a zero byte, and text', `${data.length} bytes that are not so`);
    }
    const characters = Array.from(data, (byte) => String.fromCharCode(byte));
    png.text[characters.slice(0, zero).join('')] ??= characters.slice(zero + 1).join(''); // the first counts
}

/** The rows of a picture, `size` bytes, from the zlib stream that is exactly `data`. */
async function inflate(data, size, file) {
    const rows = await inflated(data, size, file);
    // Node lets bytes after the stream pass. Its checksum is then not what ends the data; where it is all the same,
    // because it stands there twice, the stream is whole without the last byte, too.
    const checksum = bytes32(adler32(rows));
    const endsAt = (end) => checksum.every((byte, i) => data[end - 4 + i] === byte);
    let isExact = endsAt(data.length);
    for (let end = 4; isExact && end < data.length; end++) {
        if (endsAt(end)) {
            isExact = await inflated(data.subarray(0, -1), size, file).then(() => false, () => true);
            break;
        }
    }
    if (!isExact) {
        const expected = 'a zlib stream that ends with the checksum (Adler-32) of its rows';
        throw invalid(file, 'IDAT', expected, 'another end', COPY_AGAIN);
    }
    return rows;
}

/** What a zlib stream grows to: `size` bytes, and never more than a part beyond them is held. */
async function inflated(data, size, file) {
    const out = new Uint8Array(size);
    let filled = 0;
    const stream = new DecompressionStream('deflate');
    const writer = stream.writable.getWriter();
    writer.write(data).then(() => writer.close()).catch(() => {}); // the reader meets the same fault
    const reader = stream.readable.getReader();
    for (;;) {
        const part = await reader.read().catch((cause) => {
            const fault = `${cause.message || cause} after ${filled} bytes`;
            throw invalid(file, 'IDAT', 'a sound zlib stream', fault, COPY_AGAIN);
        });
        if (part.done) {
            break;
        }
        if (filled + part.value.length > size) {
            reader.cancel().catch(() => {});
            const found = 'more data than the picture has room for';
            throw invalid(file, 'IDAT', `the end of the data after ${size} bytes`, found);
        }
        out.set(part.value, filled);
        filled += part.value.length;
    }
    if (filled < size) {
        throw truncated(file, 'IDAT', `${size} bytes of rows`, `the end of the data after ${filled}`);
    }
    return out;
}

function undoFilter(filter, line, above, distance, place, file) {
    const left = (i) => (i < distance ? 0 : line[i - distance]);
    const corner = (i) => (i < distance ? 0 : above[i - distance]);
    const predict = [
        null,
        left,
        (i) => above[i],
        (i) => (left(i) + above[i]) >> 1,
        (i) => paeth(left(i), above[i], corner(i)),
    ][filter];
    if (predict === undefined) {
        throw invalid(file, place(), 'a row filter from 0 to 4', `filter ${filter}`);
    }
    for (let i = 0; predict && i < line.length; i++) {
        line[i] += predict(i);
    }
}

function paeth(left, up, corner) {
    const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
    if (toLeft <= toUp && toLeft <= toCorner) {
        return left;
    }
    return toUp <= toCorner ? up : corner;
}

/** Puts a row of samples where its pass has them, as opaque 8-bit RGB. */
function putRow(png, line, pass, y, rgb, file) {
    const full = 2 ** png.depth - 1;
    const channels = CHANNELS[png.colour];
    const key = png.colour === PALETTE ? [] : sixteenBits(png.transparency, full);
    if (png.colour === RGB && png.depth === 8 && key.length === 0 && !png.interlaced) {
        rgb.set(line, 3 * y * png.width);
        return;
    }
    for (let i = 0; i < pass.columns; i++) {
        const x = pass.x + i * pass.stepX;
        const to = 3 * (y * png.width + x);
        const samples = Array.from({ length: channels }, (_, c) => sample(line, i * channels + c, png.depth, full));
        const translucent = (found) =>
            invalid(file, pixel(x, y), 'an opaque pixel', `${found}, a translucent pixel`, 'Save it without alpha.');
        if (png.colour === PALETTE) {
            putIndexed(png, samples[0], to, rgb, translucent, () => pixel(x, y), file);
            continue;
        }
        const alpha = png.colour === GREY_ALPHA || png.colour === RGBA ? samples.pop() : full;
        if (alpha !== full) {
            throw translucent(`alpha ${alpha} of ${full}`);
        }
        if (key.length > 0 && samples.every((value, channel) => value === key[channel])) {
            throw translucent('the colour that tRNS makes transparent');
        }
        for (let channel = 0; channel < 3; channel++) {
            const value = samples[samples.length === 1 ? 0 : channel];
            if (png.depth === 16 && value >> 8 !== (value & 255)) {
                const expected = 'a 16-bit sample that is exactly an 8-bit one (both bytes equal)';
                const found = `sample 0x${value.toString(16)}`;
                throw invalid(file, pixel(x, y), expected, found, 'Save it with 8 bits a channel.');
            }
            rgb[to + channel] = Math.floor((value * 255) / full);
        }
    }
}

function putIndexed(png, index, to, rgb, translucent, place, file) {
    if (3 * index >= png.palette.length) {
        throw invalid(file, place(), `a palette index below ${png.palette.length / 3}`, `palette index ${index}`);
    }
    // An entry that no pixel uses may be translucent: the picture is opaque all the same.
    const alpha = png.transparency?.[index] ?? 255;
    if (alpha !== 255) {
        throw translucent(`alpha ${alpha} of 255`);
    }
    rgb.set(png.palette.subarray(3 * index, 3 * index + 3), to);
}

/** The samples of a colour key; PNG asks readers to ignore its bits above the picture's depth. */
function sixteenBits(key = [], full) {
    return Array.from({ length: key.length / 2 }, (_, i) => (256 * key[2 * i] + key[2 * i + 1]) & full);
}

function sample(line, index, depth, full) {
    if (depth === 8) {
        return line[index];
    }
    if (depth === 16) {
        return 256 * line[2 * index] + line[2 * index + 1];
    }
    const bit = index * depth;
    return (line[bit >> 3] >> (8 - depth - (bit & 7))) & full;
}
