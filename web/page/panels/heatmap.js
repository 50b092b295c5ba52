/** All logits, as logits_heatmap.pxi has them. */

import { el, fill, table } from '../dom.js';
import { cellMap } from '../map.js';
import { panel } from '../panel.js';
import { Softmax, topK } from '../../machine/sampler.js';
import { drawHeatmap } from '../../machine/images.js';
import { heatmapFile } from '../../machine/files.js';

const WIDTH = 32;
const LISTED = 10;

export function heatmapPanel(app) {
    const view = panel({ title: 'All logits', hint: 'A cell a token, 32 in a row: black is the lowest logit, white the highest.' });
    const readout = el('p.readout', { 'aria-live': 'polite' });
    const strongest = el('details', {}, el('summary', {}, 'The strongest cells as a table'));
    async function draw() {
        const logits = app.logitsAt(app.token);
        const picture = drawHeatmap(logits);
        const softmax = new Softmax(logits);
        const words = await app.vocabularyWords();
        const describe = (x, y) => {
            const id = y * WIDTH + x;
            return id < logits.length
                ? `${words(id)} · id ${id} · logit ${logits[id].toFixed(3)} · probability ${softmax.probability(id).toExponential(2)}`
                : 'beyond the vocabulary';
        };
        const map = cellMap({
            columns: WIDTH, rows: picture.height, label: 'Heat map of all logits', readout, describe,
            colour: (x, y) => {
                const v = picture.rgb[3 * (y * WIDTH + x)];
                return [v, v, v];
            },
            onselect: (x, y) => y * WIDTH + x < logits.length && app.append(y * WIDTH + x),
        });
        const rows = topK(logits, Math.min(LISTED, logits.length)).map((id) => [words(id), id, logits[id], softmax.probability(id)]);
        fill(strongest, el('summary', {}, 'The strongest cells as a table'), table(['token', 'id', 'logit', 'probability'], rows));
        view.show(map.canvas, readout, strongest);
    }
    app.on('seen', () => {
        view.files([{ label: 'logits_heatmap.pxi', name: 'logits_heatmap.pxi', make: () => heatmapFile(app.logitsAt(-1), app.origin()) }]);
        view.command(`./pixel-llm ${app.quotedText()}${app.cartridgeOption()} -o .`);
        draw();
    });
    app.on('selected', draw);
    return view.section;
}
