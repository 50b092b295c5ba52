/** The machine in JavaScript against the pinned answers of the SIMD executor: node --test web/machine */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';

import { decodePng, decodeTokens } from '../../clients/javascript/pixel_llm.js';
import { fma } from './float.js';
import { drawHeatmap, drawPrediction } from './images.js';
import { openCartridge } from './cartridge.js';
import { Machine, Session } from './executor.js';

const root = new URL('../../', import.meta.url);
const open = async (name) => openCartridge(new Uint8Array(await readFile(new URL(name, root))), name);

test('logits of the golden cartridge are those of the command, to the bit', async () => {
    const machine = new Machine(await open('cartridges/golden.pxi'));
    const lines = (await readFile(new URL('cartridges/golden/logits.simd-2.txt', root), 'utf8')).trim().split('\n');
    assert.ok(lines.length > 3);
    for (const line of lines) {
        const [name, ...numbers] = line.split(' ');
        const ids = await decodeTokens(await readFile(new URL(`cartridges/golden/${name}.input_tokens.pxi`, root)));
        const kept = ids.slice(-machine.program.context);
        const logits = new Session(machine).run(kept);
        assert.deepEqual(logits, Float32Array.from(numbers, Number), name);
    }
});

test('a text gives the same logits all at once and token by token', async () => {
    const machine = new Machine(await open('cartridges/golden.pxi'));
    const ids = [...'once upon a ti'].map((character) => character.codePointAt(0));
    const whole = new Session(machine).run(ids, { rows: ids.length });
    const session = new Session(machine);
    ids.forEach((id, at) => {
        const logits = session.run([id]);
        assert.deepEqual(logits, whole.subarray(at * logits.length, (at + 1) * logits.length));
    });
});

test('the golden images are drawn pixel for pixel', async () => {
    const machine = new Machine(await open('cartridges/golden.pxi'));
    const golden = new URL('cartridges/golden/', root);
    const names = (await readdir(golden)).filter((name) => name.endsWith('.input_tokens.pxi'));
    for (const name of names) {
        const ids = await decodeTokens(await readFile(new URL(name, golden)));
        const logits = new Session(machine).run(ids.slice(-machine.program.context));
        const expected = async (kind) => (await decodePng(await readFile(new URL(name.replace('input_tokens', kind), golden)))).rgb;
        assert.deepEqual(drawPrediction(logits).rgb, await expected('output_token'), name);
        assert.deepEqual(drawHeatmap(logits).rgb, await expected('logits_heatmap'), name);
    }
});

test('fused multiply-adds round once where a double lies halfway', () => {
    // 2²⁴ + 3 − 2⁻⁴⁰ is just below the middle of two floats; as a double it is the middle, which goes to the even one.
    const [a, b, c] = [1 + 2 ** -20, 1 - 2 ** -20, 2 ** 24 + 2];
    assert.equal(Math.fround(a * b + c), 2 ** 24 + 4);
    assert.equal(fma(a, b, c), 2 ** 24 + 2);
    assert.equal(fma(a, -b, -c), -(2 ** 24 + 2));
});
