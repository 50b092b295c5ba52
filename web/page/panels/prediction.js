/** What comes next: the likeliest tokens, and what a sampler leaves of them; redrawn without computing again. */

import { el, percent, slider } from '../dom.js';
import { panel } from '../panel.js';
import { candidates, topK, Softmax } from '../../machine/sampler.js';
import { predictionFile } from '../../machine/files.js';

const SHOWN = 12;
const FILED = 5;

export function predictionPanel(app) {
    const view = panel({ title: 'What comes next', hint: 'Bars are what would be drawn with these settings; pale ones are cut off. Choose one to go on with it.' });
    const list = el('ol.bars', {});
    const s = app.sampling;
    const set = (key) => (value) => {
        s[key] = value;
        draw();
    };
    const sliders = el('div.sliders', {},
        ...slider({ label: 'temperature', min: 0, max: 2, step: 0.05, value: s.temperature, show: (v) => v.toFixed(2), oninput: set('temperature') }).parts,
        ...slider({ label: 'top-k', min: 0, max: 100, step: 1, value: s.topK, show: (v) => (v === 0 ? 'all' : v), oninput: set('topK') }).parts,
        ...slider({ label: 'top-p', min: 0.05, max: 1, step: 0.05, value: s.topP, show: (v) => v.toFixed(2), oninput: set('topP') }).parts,
        ...slider({ label: 'min-p', min: 0, max: 0.5, step: 0.01, value: s.minP, show: (v) => v.toFixed(2), oninput: set('minP') }).parts);

    async function draw() {
        const logits = app.logitsAt(app.token);
        const ids = topK(logits, Math.min(SHOWN, logits.length));
        const words = await app.ask('words', 'a', ids);
        const softmax = new Softmax(logits);
        const isGreedy = s.temperature === 0;
        const drawn = isGreedy ? { ids: [ids[0]], upTo: [1] } : candidates(logits, s);
        const total = drawn.upTo[drawn.upTo.length - 1];
        const share = (id) => {
            const at = drawn.ids.indexOf(id);
            return at < 0 ? 0 : (drawn.upTo[at] - (drawn.upTo[at - 1] ?? 0)) / total;
        };
        list.replaceChildren(...ids.map((id, i) => {
            const part = share(id);
            const probability = softmax.probability(id);
            const button = el(part > 0 ? 'button' : 'button.out', {
                type: 'button', title: `id ${id}, probability ${probability.toPrecision(4)}`,
                'aria-label': `${words[i]}, drawn ${percent(part)}, probability ${percent(probability)}`, onclick: () => app.append(id),
            }, el('code', {}, words[i]), el('span.bar', { style: { width: `${(100 * (part || probability)).toFixed(2)}%` } }),
            el('span.share', {}, percent(part || probability)));
            return el('li', {}, button);
        }));
    }

    app.on('seen', () => {
        view.show(list, sliders);
        view.files([{ label: 'output_token.pxi', name: 'output_token.pxi', make: () => predictionFile(app.logitsAt(-1), FILED, app.origin()) }]);
        view.command(`./pixel-llm ${app.quotedText()}${app.cartridgeOption()} -o .`);
        draw();
    });
    app.on('selected', draw);
    return view.section;
}
