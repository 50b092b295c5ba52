/** The text as tokens: a pixel each, as in input_tokens.pxi. */

import { el } from '../dom.js';
import { panel } from '../panel.js';
import { tokensFile } from '../../machine/files.js';

export function tokensPanel(app) {
    const view = panel({ title: 'Tokens', wide: true, hint: 'One pixel a token: its colour is its id. Choose one to see from where the others are seen.' });
    const readout = el('p.readout', { 'aria-live': 'polite' });
    const show = (at) => {
        const id = app.seen.ids[at];
        readout.textContent = `token ${at}: ${app.seen.words[at]} · id ${id} · pixel (${id & 255}, ${(id >> 8) & 255}, ${id >> 16})`;
    };
    let cells = [];
    app.on('selected', () => cells.forEach((cell, at) => cell.firstChild.setAttribute('aria-pressed', String(at === app.token))));
    app.on('seen', () => {
        cells = app.seen.ids.map((id, at) => {
            const button = el('button.token', {
                type: 'button', 'aria-pressed': at === app.token, title: `id ${id}`,
                onclick: () => app.select({ token: at }), onpointerenter: () => show(at), onfocus: () => show(at),
            }, app.seen.words[at], el('span.pixel', { style: { background: `rgb(${id & 255} ${(id >> 8) & 255} ${id >> 16})` } }));
            return el('li', {}, button);
        });
        const list = el('ol.tokens', {}, ...cells);
        view.show(list, readout);
        view.files([{ label: 'input_tokens.pxi', name: 'input_tokens.pxi', make: () => tokensFile(app.ids, { Software: app.origin().Software, Cartridge: app.origin().Cartridge }, app.model.vocabulary) }]);
        view.command(`./pixel-llm encode ${app.quotedText()}${app.cartridgeOption()} -o input_tokens.pxi`);
        show(app.token);
    });
    return view.section;
}
