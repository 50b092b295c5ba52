/** Two texts, or two cartridges, side by side. */

import { signed } from '../colours.js';
import { el, fill, percent } from '../dom.js';
import { cellMap } from '../map.js';
import { panel } from '../panel.js';
import { Softmax, topK } from '../../machine/sampler.js';

const SHOWN = 5;

export function comparePanel(app) {
    const view = panel({ title: 'Side by side', wide: true, hint: 'Another text with this model, or this text with another cartridge.' });
    const result = el('div', { 'aria-live': 'polite' });
    const text = el('input', { type: 'text', id: 'other-text', placeholder: 'another text' });
    const file = el('input', { type: 'file', id: 'other-file', accept: '.pxi,.png,image/png' });
    const run = el('button', { type: 'button', onclick: compare }, 'Compare');

    async function compare() {
        try {
            let key = 'a';
            if (file.files[0]) {
                key = 'b';
                await app.ask('open', key, new Uint8Array(await file.files[0].arrayBuffer()), file.files[0].name);
            }
            const other = text.value === '' ? app.text : text.value;
            const ids = await app.ask('encode', key, other);
            if (ids.length === 0) {
                throw new RangeError('Side by side: expected at least one token, found an empty text.');
            }
            const theirs = await app.ask('logits', key, ids, key === 'a' ? app.changes : [], true);
            await draw(ids, theirs, key);
        } catch (error) {
            app.fail(error);
        }
    }

    async function draw(ids, theirs, key) {
        const ours = app.seen.logits;
        const width = ours.length / app.seen.ids.length;
        const otherWidth = theirs.length / ids.length;
        const last = [ours.subarray(-width), theirs.subarray(-otherWidth)];
        const tops = last.map((logits) => topK(logits, SHOWN));
        const words = [await app.ask('words', 'a', tops[0]), await app.ask('words', key, tops[1])];
        const softmaxes = last.map((logits) => new Softmax(logits));
        const row = (i) => el('tr', {}, ...[0, 1].flatMap((side) => [el('td', {}, el('code', {}, words[side][i] ?? '')), el('td.number', {}, tops[side][i] === undefined ? '' : percent(softmaxes[side].probability(tops[side][i])))]));
        const parts = [el('table', {}, el('thead', {}, el('tr', {}, ...['this', 'share', 'other', 'share'].map((each) => el('th', { scope: 'col' }, each)))), el('tbody', {}, ...Array.from({ length: SHOWN }, (_, i) => row(i))))];
        if (width === otherWidth) {
            const difference = Float32Array.from(last[0], (value, id) => last[1][id] - value);
            const most = difference.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-30);
            const readout = el('p.readout', { 'aria-live': 'polite' });
            const map = cellMap({
                columns: 32, rows: Math.ceil(width / 32), label: 'Difference of the logits', readout,
                colour: (x, y) => signed((difference[y * 32 + x] ?? 0) / most),
                describe: (x, y) => `id ${y * 32 + x}: ${(difference[y * 32 + x] ?? 0).toFixed(4)}`,
            });
            map.canvas.style.setProperty('max-width', '20rem');
            parts.push(el('h3', {}, 'Difference of the logits: blue lower, amber higher in the other'), map.canvas, readout);
            const count = Math.min(ids.length, app.seen.ids.length);
            const kls = Array.from({ length: count }, (_, at) => divergence(ours.subarray(at * width, (at + 1) * width), theirs.subarray(at * width, (at + 1) * width)));
            const highest = Math.max(...kls, 1e-9);
            parts.push(el('h3', {}, 'KL divergence by position'), el('ol.bars', {}, ...kls.map((kl, at) => el('li', {}, el('div.kl', {}, el('code', {}, `${at} ${app.seen.words[at]}`), el('span.bar', { style: { width: `${(100 * kl) / highest}%` } }), el('span.share', {}, kl.toFixed(3)))))));
        } else {
            parts.push(el('p.hint', {}, `Vocabularies of ${width} and ${otherWidth} tokens have no difference token by token.`));
        }
        fill(result, ...parts);
    }

    app.on('seen', () => {
        view.show(el('div.row', {}, el('label', { for: 'other-text' }, 'Text'), text, el('label', { for: 'other-file' }, 'Cartridge'), file, run), result);
        fill(result);
    });
    return view.section;
}

/** Σ p · ln(p / q) of two rows of logits. */
function divergence(a, b) {
    const [p, q] = [new Softmax(a), new Softmax(b)];
    let sum = 0;
    for (let id = 0; id < a.length; id++) {
        const probability = p.probability(id);
        sum += probability > 0 ? probability * (p.log(id) - q.log(id)) : 0;
    }
    return sum;
}
