/** The daemon's client against one that says what a test wants, and against the real one where it is built. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Refusal, find, predict } from './daemon.js';
import { encodeTokens } from './pixel_llm.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const windows = process.platform === 'win32';
let folder;

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daemon-'));
});
after(() => rm(folder, { recursive: true }));

/** Serves one answer to each connection; gives what `find` gives, and what was heard. */
async function serve(answer) {
    const path = join(folder, `socket${Math.random()}`);
    const heard = [];
    const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.on('data', (some) => {
            heard.push(some);
            socket.end(answer);
        });
    });
    await new Promise((resolve) => server.listen(path, resolve));
    return { daemon: { socket: path }, heard, close: () => server.close() };
}

async function answerOf(answer, top) {
    const fake = await serve(answer);
    try {
        return { answer: await predict(Buffer.from('image'), { top, daemon: fake.daemon }), heard: Buffer.concat(fake.heard) };
    } finally {
        fake.close();
    }
}

test('a prediction is asked for and given', { skip: windows }, async () => {
    const { answer, heard } = await answerOf('pixel-llm/1 ok output_token=5 logits_heatmap=4 notes=3\ntokenheaté.', 7);
    assert.equal(heard.toString(), 'pixel-llm/1 predict top=7 length=5\nimage');
    assert.equal(answer.outputToken.toString(), 'token');
    assert.equal(answer.logitsHeatmap.toString(), 'heat');
    assert.equal(answer.notes, 'é.');
});

test('a refusal has its code and words', { skip: windows }, async () => {
    await assert.rejects(answerOf('pixel-llm/1 error code=75 message=5\nBusy.'), (error) => {
        assert.ok(error instanceof Refusal);
        assert.deepEqual([error.code, error.message], [75, 'Busy.']);
        return true;
    });
});

test('what is no whole answer is none', { skip: windows }, async () => {
    for (const wrong of ['', 'HTTP/1.1 400\n', 'pixel-llm/2 ok\n', 'pixel-llm/1 ok output_token=5 logits_heatmap=4\ntoken',
        'pixel-llm/1 ok output_token=-1\n', 'pixel-llm/1 ok output_token=99999999999\n', 'x'.repeat(5000),
        'pixel-llm/1 ok\n']) {
        assert.equal((await answerOf(wrong)).answer, null, wrong.slice(0, 30));
    }
    assert.equal(await predict(Buffer.alloc(1), { daemon: { socket: join(folder, 'nobody') } }), null);
    assert.equal(await predict(Buffer.alloc(1), { home: folder }), null);
});

test('only a file of this user alone is believed', { skip: windows }, async () => {
    const fake = await serve('');
    try {
        const home = join(folder, 'checkout');
        const file = join(home, 'cli', 'target', 'daemon');
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, `${fake.daemon.socket}\n7\n/model.pxi\nauto\nauto\n`, { mode: 0o600 });
        await chmod(fake.daemon.socket, 0o600);
        const found = { socket: fake.daemon.socket, process: 7, cartridge: '/model.pxi' };
        assert.deepEqual(await find(home, {}), found);
        assert.deepEqual(await find('/nowhere', { PIXELLLM_DAEMON: file }), found);
        assert.deepEqual(await find(home, { PIXELLLM_DAEMON: 'auto' }), found);
        assert.equal(await find(home, { PIXELLLM_DAEMON: 'off' }), null);
        await symlink(file, join(folder, 'link'));
        assert.equal(await find(home, { PIXELLLM_DAEMON: join(folder, 'link') }), null);
        await chmod(file, 0o622);
        assert.equal(await find(home, {}), null);
        await chmod(file, 0o600);
        await chmod(fake.daemon.socket, 0o622);
        assert.equal(await find(home, {}), null);
    } finally {
        fake.close();
    }
});

test('the engine answers', { skip: windows || !existsSync(join(ROOT, 'cli/target/pixel-llm.jar')) }, async () => {
    const model = ['-c', join(ROOT, 'cartridges/golden.pxi'), '-x', 'reference'];
    const environment = { ...process.env, PIXELLLM_DAEMON: join(folder, 'daemon'), XDG_STATE_HOME: join(folder, 'state') };
    const launcher = join(ROOT, 'pixel-llm');
    execFileSync(launcher, ['daemon', 'start', ...model], { env: environment });
    try {
        const image = encodeTokens('pxOS');
        const input = join(folder, 'in.pxi');
        await writeFile(input, image);
        execFileSync(launcher, ['infer', '-i', input, '-o', folder, ...model], { env: { ...environment, PIXELLLM_DAEMON: 'off' } });
        const answer = await predict(image, { daemon: await find(ROOT, environment) });
        assert.deepEqual(answer.outputToken, await readFile(join(folder, 'output_token.pxi')));
        assert.deepEqual(answer.logitsHeatmap, await readFile(join(folder, 'logits_heatmap.pxi')));
        const cut = Buffer.from(image).subarray(0, 40);
        await assert.rejects(predict(cut, { daemon: await find(ROOT, environment) }), (error) => error.code === 65);
    } finally {
        execFileSync(launcher, ['daemon', 'stop'], { env: environment });
    }
});
