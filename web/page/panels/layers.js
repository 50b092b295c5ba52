/** What each layer ends with, value by value. */

import { signed } from '../colours.js';
import { choice, el, fill, table } from '../dom.js';
import { cellMap } from '../map.js';
import { panel } from '../panel.js';
import { activationsFile } from '../../machine/files.js';

const LISTED = 10;

export function layersPanel(app) {
    const view = panel({ title: 'Activations', wide: true, hint: 'A row a token, a column a value: blue below 0, amber above.' });
    const readout = el('p.readout', { 'aria-live': 'polite' });
    const body = el('div', {});
    let layer = 0;
    function draw() {
        const { activations, words } = app.seen;
        layer = Math.min(layer, activations.length - 1);
        const { values, rows, columns, tensor } = activations[layer];
        const most = values.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a), 1e-30);
        const map = cellMap({
            columns, rows, cell: Math.max(1, Math.floor(1024 / columns)), label: `Activations of layer ${layer}`, readout,
            colour: (x, y) => signed(values[y * columns + x] / most),
            describe: (x, y) => `${words[y] ?? ''} (${y}), value ${x}: ${values[y * columns + x]}`,
        });
        const strongest = Array.from(values.keys()).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, LISTED)
            .map((i) => [`${Math.floor(i / columns)} ${words[Math.floor(i / columns)] ?? ''}`, i % columns, values[i]]);
        const layers = choice({ label: 'Layer', value: layer, options: activations.map((each, i) => [i, `${i} (${each.tensor})`]), onchange: (value) => { layer = Number(value); draw(); } });
        fill(body, el('div.row', {}, layers.label, layers.select), map.canvas, readout,
            el('details', {}, el('summary', {}, 'The strongest values as a table'), table(['token', 'value', 'is'], strongest)));
        const file = `activations_L${layer}.pxi`;
        view.files([{ label: file, name: file, make: () => activationsFile(activations[layer], layer, app.origin()).bytes }]);
        view.command(`./pixel-llm look ${app.quotedText()}${app.cartridgeOption()} --activations -o .`);
        body.dataset.tensor = tensor;
    }
    app.on('seen', () => {
        if (app.seen.activations.length === 0) {
            view.hide();
            return;
        }
        view.show(body);
        draw();
    });
    return view.section;
}
