#!/usr/bin/env node
/**
 * The machine in JavaScript as a command:
 *
 *     node web/node.js infer TEXT|-i FILE.pxi [-o DIR] [-c CARTRIDGE] [-k K]
 *     node web/node.js generate TEXT|-i FILE.pxi [-o DIR] [-c CARTRIDGE] [-n N] [--seed S] [--temperature T] …
 *
 * The files are those of ./pixel-llm, to the byte. Exit codes: 0, 64 for a wrong command line, 65 for a wrong file, 74 where
 * nothing can be written.
 */

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { MAX_ID, PxiError, WIDE_VERSION, decodePng, decodeTokens } from '../clients/javascript/pixel_llm.js';
import { openCartridge } from './machine/cartridge.js';
import { CartridgeError } from './machine/errors.js';
import { Machine, Session } from './machine/executor.js';
import { predictions, versionOf } from './machine/images.js';
import { heatmapFile, predictionFile, provenance, samplerWords, sequenceFile, tokensFile } from './machine/files.js';
import { Generation, USUAL } from './machine/sampler.js';
import { tokenizerOf } from './machine/tokenizer.js';

const SHIPPED = fileURLToPath(new URL('../cartridges/default.pxi', import.meta.url));
const [USAGE, DATA, OUTPUT] = [64, 65, 74];
const ASK_WIDE = 'Ask in version 2: `pixel-llm encode -c` with this model writes it.';

class Fault extends Error {
    constructor(code, message) {
        super(message);
        this.code = code;
    }
}

const OPTIONS = {
    input: { type: 'string', short: 'i' }, output: { type: 'string', short: 'o', default: '.' },
    cartridge: { type: 'string', short: 'c', default: SHIPPED }, top: { type: 'string', short: 'k', default: '5' },
    tokens: { type: 'string', short: 'n', default: '200' }, seed: { type: 'string', default: '0' },
    temperature: { type: 'string' }, 'top-k': { type: 'string' }, 'top-p': { type: 'string' }, 'min-p': { type: 'string' },
    'repeat-penalty': { type: 'string' },
};

function parse() {
    try {
        const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
        const [command, text, ...more] = positionals;
        if (!['infer', 'generate'].includes(command) || more.length > 0 || (text === undefined) === (values.input === undefined)) {
            throw new Error('expected infer or generate, and a text or -i FILE.pxi');
        }
        return { command, text, values };
    } catch (error) {
        throw new Fault(USAGE, error.message);
    }
}

function numberOf(values, name, least, most) {
    const value = Number(values[name]);
    if (values[name] === '' || !Number.isFinite(value) || value < least || value > most) {
        throw new Fault(USAGE, `--${name}: expected ${least} to ${most}, found ${JSON.stringify(values[name])}.`);
    }
    return value;
}

function samplingOf(values) {
    const seed = numberOf(values, 'seed', 0, Number.MAX_SAFE_INTEGER);
    const given = (name, key, least, most) => (values[name] === undefined ? {} : { [key]: numberOf(values, name, least, most) });
    return {
        ...USUAL, seed, ...given('temperature', 'temperature', 0, 100), ...given('top-k', 'topK', 0, 2 ** 31 - 1),
        ...given('top-p', 'topP', Number.MIN_VALUE, 1), ...given('min-p', 'minP', 0, 1), ...given('repeat-penalty', 'repeatPenalty', Number.MIN_VALUE, 100),
    };
}

async function read(file) {
    try {
        return new Uint8Array(await readFile(file));
    } catch (error) {
        throw new Fault(DATA, `${file}: expected a file that can be read, found ${error.code}. Check the path.`);
    }
}

/** Writes beside its place and renames: what a reader sees is whole. */
async function write(folder, name, bytes) {
    const file = path.join(folder, name);
    const beside = `${file}.${process.pid}.tmp`;
    try {
        await mkdir(folder, { recursive: true });
        await writeFile(beside, bytes);
        await rename(beside, file);
    } catch (error) {
        await rm(beside, { force: true });
        throw new Fault(OUTPUT, `${file}: expected a file that can be written, found ${error.code}.`);
    }
    console.log(file);
}

/** The tokens of an image, and its version, in which it is answered. */
async function readTokens(file) {
    const png = await decodePng(await read(file), file);
    return { ids: await decodeTokens(png, file), version: png.rgb[2] };
}

/** Refuses an image of a version that the model does not read; generated tokens are in the model's own. */
function checkVersion(file, version, vocabulary, command) {
    const own = versionOf(vocabulary);
    if (version > own || (version < own && command !== 'infer')) {
        const remedy = own === WIDE_VERSION ? ASK_WIDE : 'Models of up to 65536 ids read no other.';
        throw new Fault(DATA, `${file}: pixel 0: expected version ${own} in blue, found version ${version}. ${remedy}`);
    }
}

/** Refuses to answer in a version that has no place for a predicted id. */
function checkAnswer(file, version, best, highest) {
    const beyond = best.find(({ id }) => id > highest);
    if (version < WIDE_VERSION && beyond) {
        const why = `version ${WIDE_VERSION} in blue, since token id ${beyond.id} is among the ${best.length} likeliest`;
        throw new Fault(DATA, `${file}: pixel 0: expected ${why}, found version ${version}, whose highest id is ${highest}. ${ASK_WIDE}`);
    }
}

async function main() {
    const { command, text, values } = parse();
    const cartridge = await openCartridge(await read(values.cartridge), values.cartridge);
    const { context, vocabulary } = cartridge.program;
    const tokenizer = text === undefined && command === 'infer' ? undefined : tokenizerOf(cartridge);
    let ids;
    let version = versionOf(vocabulary);
    if (text === undefined) {
        ({ ids, version } = await readTokens(values.input));
        checkVersion(values.input, version, vocabulary, command);
    } else if (tokenizer) {
        ids = tokenizer.encode(text);
    } else {
        throw new Fault(DATA, `${values.cartridge}: expected a tokenizer, found none. Give a token image: -i FILE.pxi.`);
    }
    const unknown = ids.findIndex((id) => id >= vocabulary);
    if (unknown >= 0 || ids.length === 0) {
        const found = ids.length === 0 ? 'no token' : `token id ${ids[unknown]} in pixel ${unknown + 1}`;
        throw new Fault(DATA, `${values.input ?? 'text'}: expected token ids below ${vocabulary}, found ${found}.`);
    }
    const machine = new Machine(cartridge);
    const shortened = ids.length > context ? `last ${context} of ${ids.length} tokens` : undefined;
    const origin = provenance(cartridge, { context: command === 'infer' ? shortened : undefined });
    if (text !== undefined) {
        await write(values.output, 'input_tokens.pxi', tokensFile(ids, origin, vocabulary));
    }
    if (command === 'infer') {
        await infer({ machine, ids, version, origin, values });
    } else {
        await generate({ machine, ids, tokenizer, values });
    }
}

async function infer({ machine, ids, version, origin, values }) {
    const most = numberOf(values, 'top', 1, MAX_ID + 1);
    const logits = new Session(machine).run(ids.slice(-machine.program.context));
    checkAnswer(values.input, version, predictions(logits, most), MAX_ID);
    await write(values.output, 'output_token.pxi', predictionFile(logits, most, origin, version));
    await write(values.output, 'logits_heatmap.pxi', heatmapFile(logits, origin));
}

async function generate({ machine, ids, tokenizer, values }) {
    const sampling = samplingOf(values);
    const most = numberOf(values, 'tokens', 1, 65535);
    const generation = new Generation(machine, ids, sampling);
    let stop = 'length';
    while (generation.tokens.length < most) {
        if (tokenizer?.isEnd((await generation.next()).id)) {
            stop = 'end of text';
            break;
        }
    }
    const origin = provenance(machine.cartridge, { sampler: samplerWords(sampling), seed: sampling.seed, context: generation.contextNote() });
    await write(values.output, 'output_sequence.pxi', sequenceFile(generation.tokens, { ...origin, Stop: stop }, machine.program.vocabulary));
}

main().catch((error) => {
    const code = error instanceof Fault ? error.code : error instanceof PxiError || error instanceof CartridgeError ? DATA : 70;
    console.error(`pixel-llm in JavaScript: ${error.message}`);
    process.exit(code);
});
