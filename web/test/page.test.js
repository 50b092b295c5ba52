/**
 * The page in a browser, as `pixel-llm page` writes it. Environment: PAGE a page in one file; FOLDER a page as a folder; EXPECTED
 * what the command writes for TEXT (infer, look); MODULES where the packages are; CHROMIUM the browser.
 */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';

const { PAGE, FOLDER, EXPECTED, MODULES, CHROMIUM, TEXT } = process.env;
const require = createRequire(path.join(MODULES, 'index.js'));
const { chromium } = require('playwright-core');
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

const SLOW = 240_000; // a busy machine
let browser;
let server;
let origin;

before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.pxi': 'image/png' };
    server = createServer(async (request, response) => {
        const name = path.join(FOLDER, path.normalize(new URL(request.url, 'http://x').pathname).replace(/\/$/, '/index.html'));
        try {
            const bytes = await readFile(name);
            response.writeHead(200, { 'content-type': types[path.extname(name)], 'content-length': bytes.length }).end(bytes);
        } catch {
            response.writeHead(404).end();
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${server.address().port}/`;
});

after(async () => {
    await browser?.close();
    server?.close();
});

/** Opens a page, fills in a text unless a link does, and runs. */
async function open(url, { text = TEXT, viewport = { width: 1280, height: 800 }, colorScheme = 'light' } = {}) {
    const page = await browser.newPage({ viewport, colorScheme, acceptDownloads: true });
    page.setDefaultTimeout(SLOW);
    page.requests = [];
    page.faults = [];
    page.on('request', (request) => page.requests.push(request.url()));
    page.on('pageerror', (error) => page.faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
    await page.goto(url);
    await page.waitForFunction(() => !document.getElementById('run').disabled);
    if (text !== undefined) {
        await page.fill('#text', text);
    }
    await run(page);
    return page;
}

async function run(page) {
    await page.click('#run');
    await page.waitForFunction(() => document.getElementById('busy').textContent === '' && !document.getElementById('run').disabled);
}

/** The bytes that a panel's button saves. */
async function saved(page, name) {
    const download = page.waitForEvent('download');
    await page.locator(`.files button[title="Save ${name}"]`).click();
    return readFile(await (await download).path());
}

async function assertAccessible(page, what) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    const words = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
    assert.deepEqual(words, [], what);
}

test('a page in one file works from a disk, and asks nothing of anybody', { timeout: SLOW }, async () => {
    const page = await open(pathToFileURL(PAGE).href);
    assert.deepEqual(page.faults, []);
    assert.deepEqual(page.requests.filter((url) => !url.startsWith('blob:')), [pathToFileURL(PAGE).href]);
    await page.close();
});

test('every file of a panel is the one that the command writes', { timeout: SLOW }, async () => {
    const page = await open(origin);
    assert.ok(page.requests.every((url) => url.startsWith(origin) || url.startsWith('blob:') || url.startsWith('data:')), String(page.requests));
    for (const name of ['output_token.pxi', 'logits_heatmap.pxi', 'attention.pxi']) {
        assert.deepEqual(await saved(page, name), await readFile(path.join(EXPECTED, name)), name);
    }
    assert.deepEqual(page.faults, []);
    await page.close();
});

test('a link fills in and does not run; after one press every panel is as before', { timeout: SLOW }, async () => {
    const page = await open(origin);
    await page.locator('.heads button').nth(2).click();
    await page.locator('.token').nth(3).click();
    const shown = () => ({ map: document.querySelector('section canvas.map').toDataURL(), words: document.querySelector('main').innerText, head: document.querySelector('.heads [aria-pressed=true]').getAttribute('aria-label') });
    await page.evaluate(() => (navigator.clipboard.writeText = async () => {}));
    await page.click('#link');
    const url = page.url();
    const strip = (each) => ({ ...each, words: each.words.replace(/milliseconds\s+[\d.e+-]+/, '').replace(/copied|Copy a link/, '') });
    const before = strip(await page.evaluate(shown));
    await page.close();
    const again = await browser.newPage();
    again.setDefaultTimeout(SLOW);
    await again.goto(url);
    await again.waitForFunction(() => !document.getElementById('run').disabled);
    assert.equal(await again.inputValue('#text'), TEXT);
    assert.equal(await again.locator('.panel:not([hidden])').count(), 0, 'a link runs nothing');
    await run(again);
    assert.deepEqual(strip(await again.evaluate(shown)), before);
    await again.close();
});

test('a head that is switched off changes the answer, and switched on again restores it', { timeout: SLOW }, async () => {
    const page = await open(origin);
    const answer = async () => saved(page, 'output_token.pxi');
    const idle = () => page.waitForFunction(() => document.getElementById('busy').textContent === '');
    const first = await answer();
    const head = page.getByRole('button', { name: /^layer 0, head 0/ }).last();
    await head.click();
    await page.waitForFunction(() => /KL divergence/.test(document.querySelector('main').innerText));
    await idle();
    assert.notDeepEqual(await answer(), first);
    await page.getByRole('button', { name: 'As it was' }).click();
    await page.waitForFunction(() => /KL divergence 0\.0000/.test(document.querySelector('main').innerText));
    assert.deepEqual(await answer(), first);
    await page.close();
});

test('the keyboard alone reaches the maps and reads them', { timeout: SLOW }, async () => {
    const page = await open(origin);
    const map = page.locator('canvas.map').first();
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    assert.match(await page.locator('section:has(canvas.map) .readout').first().innerText(), /id 33/);
    await page.close();
});

test('a text in the fragment, of tokens or of a file is never markup', { timeout: SLOW }, async () => {
    const page = await open(origin, { text: '<img src=x onerror=document.title=1>' });
    assert.equal(await page.locator('main img').count(), 0);
    assert.deepEqual(page.faults, []);
    await page.close();
});

for (const [what, options] of Object.entries({
    light: {}, dark: { colorScheme: 'dark' }, 'a phone': { viewport: { width: 360, height: 640 } },
})) {
    test(`nothing is amiss for those who do not see or point: ${what}`, { timeout: SLOW }, async () => {
        const page = await open(origin, options);
        await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
        await page.waitForTimeout(300);
        await assertAccessible(page, what);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `the page is ${wide} pixels wider than the screen`);
        await page.fill('#text', '');
        await page.click('#run');
        await page.waitForFunction(() => /empty text/.test(document.getElementById('notice').textContent));
        await assertAccessible(page, `${what}, with an error`);
        await page.close();
    });
}

test('WebGPU gives the logits of plain JavaScript within 1e-4, at once and token by token', { timeout: SLOW }, async (t) => {
    const gpu = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'],
    });
    t.after(() => gpu.close());
    const page = await gpu.newPage();
    await page.goto(origin);
    const found = await page.evaluate(async (text) => {
        const { openCartridge } = await import('./machine/cartridge.js');
        const { Machine } = await import('./machine/executor.js');
        const { GpuMachine, hasGpu } = await import('./machine/webgpu.js');
        if (!(await hasGpu())) {
            return undefined;
        }
        const bytes = new Uint8Array(await (await fetch('./default.pxi')).arrayBuffer());
        const cartridge = await openCartridge(bytes, 'default.pxi');
        const ids = [...text].map((character) => character.codePointAt(0));
        const machine = await GpuMachine.open(cartridge);
        const expected = new Machine(cartridge).session().run(ids, { rows: 2 });
        const together = await machine.session().run(ids, { rows: 2 });
        const session = machine.session();
        let single;
        for (const id of ids) {
            single = await session.run([id]);
        }
        return { expected: [...expected], together: [...together], single: [...single] };
    }, TEXT);
    if (found === undefined) {
        t.skip('this browser has no GPU, not even one in software');
        return;
    }
    const { expected, together, single } = found;
    const size = 1 + Math.max(...expected.map(Math.abs));
    together.forEach((logit, i) => assert.ok(Math.abs(logit - expected[i]) <= 1e-4 * size, `logit ${i}`));
    single.forEach((logit, i) => assert.ok(Math.abs(logit - expected[single.length + i]) <= 1e-4 * size, `logit ${i}, token by token`));
});
