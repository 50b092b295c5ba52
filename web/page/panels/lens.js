/** What each layer would predict if it were the last one. */

import { css, inkOn, share } from '../colours.js';
import { el, percent } from '../dom.js';
import { panel } from '../panel.js';

export function lensPanel(app) {
    const view = panel({ title: 'Lens', wide: true, hint: 'A row a layer, a column a token: what that layer would say next, the colour its probability. Underlined: the token that came.' });
    app.on('seen', async () => {
        const { lens, ids, words } = app.seen;
        if (!lens) {
            view.hide();
            return;
        }
        const word = await app.vocabularyWords();
        const cell = (row, x) => {
            const [id, p] = [row.ids[x], row.probabilities[x]];
            const colour = share(p);
            const tag = id === ids[x + 1] ? 'td.right' : 'td';
            return el(tag, { style: { background: css(colour), color: inkOn(colour) }, title: `id ${id}: ${percent(p)}` }, word(id), el('small', {}, (100 * p).toFixed(0)));
        };
        const rows = lens.map((row, layer) => el('tr', {}, el('th', { scope: 'row' }, `layer ${layer}`), ...ids.map((_, x) => cell(row, x))));
        const head = el('tr', {}, el('th', { scope: 'col' }, 'after'), ...words.map((each) => el('th', { scope: 'col' }, el('code', {}, each))));
        view.show(el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Layers by tokens' }, el('table.lens', {}, el('thead', {}, head), el('tbody', {}, ...rows.reverse()))));
        const json = () => JSON.stringify({ tokens: ids, words, layers: lens.map((row) => ({ ids: row.ids, probabilities: row.probabilities })) }, null, 2);
        view.files([{ label: 'lens.json', name: 'lens.json', make: json, type: 'application/json' }]);
        view.command(`./pixel-llm look ${app.quotedText()}${app.cartridgeOption()} --lens --json`);
    });
    return view.section;
}
