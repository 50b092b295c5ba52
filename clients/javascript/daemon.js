/**
 * Asks a Pixel-LLM that is kept alive behind a Unix-domain socket, for Node 18 and newer; docs/daemon.md has what both sides
 * say. Who finds none runs the command instead:
 *
 *     import { predict } from './daemon.js';
 *     const answer = await predict(encodeTokens('pxOS'), { home: '/path/to/checkout' });
 *     if (answer === null) … run ./pixel-llm infer -i input_tokens.pxi -o . …
 *     else for (const { id, probability } of await decodePrediction(answer.outputToken)) …
 */
import { lstat, open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const GREETING = 'pixel-llm/1';
const VARIABLE = 'PIXELLLM_DAEMON';
const OFF = 'off';
const AUTO = 'auto';
const ANSWER_MILLIS = 60_000;
const MAX_AGREEMENT_BYTES = 16_384;
const MAX_HEADER_BYTES = 1024;
const MAX_PART_BYTES = 16 << 20;
const OTHERS_WRITE = 0o022;

/** The engine refuses the request; `code` is the exit code that the command would have had. */
export class Refusal extends Error {
    constructor(code, message) {
        super(message);
        this.name = 'Refusal';
        this.code = code;
    }
}

/**
 * The daemon of the checkout at `home`, or of the file that PIXELLLM_DAEMON names: its `socket`, `process` and `cartridge`;
 * null where there is none, or none is wanted.
 */
export async function find(home, environment = process.env) {
    const named = environment[VARIABLE];
    if (named === OFF || typeof process.geteuid !== 'function') {
        return null; // on Windows there is no daemon
    }
    const path = named && named !== AUTO ? named : join(home, 'cli', 'target', 'daemon');
    let file;
    try {
        // Not to wait for a pipe, nor to follow another user's link.
        file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
        const status = await file.stat();
        if (!status.isFile() || !isOwn(status)) {
            return null;
        }
        const bytes = Buffer.alloc(MAX_AGREEMENT_BYTES);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
        const [socket, pid, cartridge] = bytes.toString('utf8', 0, bytesRead).split('\n');
        return cartridge && isOwn(await lstat(socket)) ? { socket, process: Number(pid), cartridge } : null;
    } catch {
        return null;
    } finally {
        await file?.close();
    }
}

function isOwn(status) {
    return status.uid === process.geteuid() && (status.mode & OTHERS_WRITE) === 0;
}

/**
 * Asks for a prediction.
 *
 * @param image a token image, as bytes
 * @param options `home`, the checkout, in which a daemon is looked for; `top`, how many tokens the prediction names;
 *     `daemon`, as {@link find} gives it, in place of looking for it
 * @returns outputToken and logitsHeatmap as bytes, and what the command would say as notes; null where no daemon answers
 * @throws Refusal where the engine refuses the image
 */
export async function predict(image, { home = '.', top = 5, daemon = undefined } = {}) {
    const found = daemon === undefined ? await find(home) : daemon;
    if (found === null) {
        return null;
    }
    const received = await talk(found.socket, [`${GREETING} predict top=${top} length=${image.length}\n`, image]);
    const parts = received && partsOf(received);
    return parts && parts.output_token && parts.logits_heatmap
        ? {
            outputToken: parts.output_token,
            logitsHeatmap: parts.logits_heatmap,
            notes: (parts.notes ?? Buffer.alloc(0)).toString('utf8'),
        }
        : null;
}

/** All that the daemon says; null where it cannot be reached or is late. */
function talk(path, messages) {
    return new Promise((resolve) => {
        const received = [];
        let bytes = 0;
        const socket = connect(path);
        const clock = setTimeout(() => end(null), ANSWER_MILLIS);
        const end = (result) => {
            clearTimeout(clock);
            socket.destroy();
            resolve(result);
        };
        socket.on('connect', () => messages.forEach((each) => socket.write(each)));
        socket.on('data', (some) => {
            received.push(some);
            bytes += some.length;
            const all = bytes > MAX_HEADER_BYTES + 3 * MAX_PART_BYTES ? null : Buffer.concat(received);
            if (all === null || isWhole(all)) {
                end(all);
            }
        });
        // One that is full says so before it reads, and hangs up: what it has said counts.
        socket.on('error', () => end(bytes > 0 ? Buffer.concat(received) : null));
        socket.on('end', () => end(bytes > 0 ? Buffer.concat(received) : null));
    });
}

function headerOf(received) {
    const end = received.subarray(0, MAX_HEADER_BYTES).indexOf('\n');
    if (end < 0) {
        return null;
    }
    const [greeting, word, ...fields] = received.toString('utf8', 0, end).split(' ');
    const numbers = fields.map((field) => field.split('=')).map(([name, digits]) => [name, Number(digits)]);
    const sound = greeting === GREETING && (word === 'ok' || word === 'error')
        && numbers.every(([, number]) => Number.isInteger(number) && number >= 0 && number <= MAX_PART_BYTES);
    return sound ? { word, numbers, length: end + 1 } : { word: null, numbers: [], length: end + 1 };
}

function isWhole(received) {
    const header = headerOf(received);
    return header !== null && received.length >= header.numbers
        .filter(([name]) => name !== 'code')
        .reduce((sum, [, number]) => sum + number, header.length);
}

/** The parts by name; null for something else than a whole answer. */
function partsOf(received) {
    const header = headerOf(received);
    if (header === null || header.word === null || !isWhole(received)) {
        return null;
    }
    const parts = {};
    let at = header.length;
    for (const [name, number] of header.numbers) {
        if (name !== 'code') {
            parts[name] = received.subarray(at, at + number);
            at += number;
        }
    }
    if (header.word === 'error') {
        const code = header.numbers.find(([name]) => name === 'code');
        throw new Refusal(code ? code[1] : 70, (parts.message ?? Buffer.alloc(0)).toString('utf8'));
    }
    return parts;
}
