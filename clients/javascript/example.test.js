/** The example page's own script over the golden files, with a page of a few lines in a browser's place. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const page = readFileSync(new URL('example.html', import.meta.url), 'utf8');
const library = new URL('pixel_llm.js', import.meta.url);

class Element {
    children = [];
    listeners = {};
    drawn = [];

    append(...more) {
        this.children.push(...more);
    }

    prepend(...more) {
        this.children.unshift(...more);
    }

    addEventListener(type, listener) {
        this.listeners[type] = listener;
    }

    getContext() {
        const drawn = this.drawn;
        return { fillRect(...rectangle) { drawn.push([this.fillStyle, ...rectangle]); } };
    }

    get words() {
        return [this.textContent ?? '', ...this.children.map((child) => child.words)].join(' ');
    }

    get squares() {
        return this.children.reduce((all, child) => [...all, ...child.squares], this.drawn);
    }
}

/** Runs the page's script; `load` stands for import(). */
async function open(load) {
    const parts = { '#shown': new Element(), '#choose': new Element(), '#hint': new Element() };
    const document = { querySelector: (name) => parts[name], createElement: () => new Element() };
    const script = page.match(/<script type="module">(.*)<\/script>/s)[1].replaceAll('import(', 'load(');
    const AsyncFunction = (async () => {}).constructor;
    await new AsyncFunction('document', 'load', script)(document, load);
    return {
        hint: () => parts['#hint'].textContent,
        async choose(...paths) {
            const files = paths.map((path) => {
                const bytes = readFileSync(new URL(path, import.meta.url));
                return {
                    name: path.split('/').pop(),
                    text: async () => bytes.toString(),
                    arrayBuffer: async () => Uint8Array.from(bytes).buffer,
                };
            });
            await parts['#choose'].listeners.change({ target: { files } });
            return parts['#shown'].children[0];
        },
    };
}

test('the page shows ids, confidences and heat maps', async () => {
    const opened = await open(() => import(library));
    const prediction = await opened.choose('../../cartridges/golden/pxos.output_token.pxi');
    assert.match(prediction.words, /prediction, 5 × 1/);
    assert.match(prediction.words, /112 +p +69\.0 %/);
    const map = await opened.choose('../../cartridges/golden/pxos.logits_heatmap.pxi');
    assert.match(map.words, /256 cells; the brightest is token 112, p/);
    assert.equal(map.squares.length, 256);
    const side = map.squares[0][3];
    assert.deepEqual(map.squares[112], ['rgb(255 255 255)', (112 % 32) * side, 3 * side, side, side]);
    assert.match((await opened.choose('../../conformance/golden/pxos.pxi')).words, /tokens, 5 × 1 .*112 +p +120 +x/);
    assert.match((await opened.choose('example.html')).words, /expected a PNG image/);
    assert.match((await opened.choose('../../cartridges/golden/drawn.output_sequence.pxi')).words, /output_sequence/);
});

test('opened from disk, it takes the module from its reader', async () => {
    const opened = await open((url) => (url.startsWith('data:') ? import(url) : Promise.reject(new Error('blocked'))));
    assert.match(opened.hint(), /first choose pixel_llm\.js/);
    assert.match((await opened.choose('../../conformance/golden/pxos.pxi')).words, /First choose pixel_llm\.js/);
    assert.match((await opened.choose('../../conformance/golden/pxos.pxi', 'pixel_llm.js')).words, /tokens, 5 × 1/);
    assert.equal(opened.hint(), 'Choose or drop .pxi files');
});
