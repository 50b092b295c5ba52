/** Who looks at whom: one head as a map and as lines between tokens, and all heads to choose from. */

import { choice, el, fill, percent, table } from '../dom.js';
import { share } from '../colours.js';
import { cellMap } from '../map.js';
import { panel } from '../panel.js';
import { attentionFiles } from '../../machine/files.js';

const LISTED = 10;
const THUMBNAIL = 40;
const ROW = 26; // pixels of a token beside the lines

export function attentionPanel(app) {
    const view = panel({ title: 'Attention', wide: true, hint: 'Each row is a token; bright cells are the earlier tokens that it looks at.' });
    const readout = el('p.readout', { 'aria-live': 'polite' });
    const body = el('div', {});
    const picker = el('div.heads', { role: 'group', 'aria-label': 'All heads: a row a layer' });

    function lines(rows) {
        const words = app.seen.words;
        const height = ROW * words.length;
        const svg = (tag, attributes, ...children) => {
            const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
            Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
            node.append(...children);
            return node;
        };
        const parts = [];
        const from = app.token < 0 ? rows.length - 1 : app.token;
        rows[from].forEach((weight, key) => {
            if (weight > 0.004) {
                parts.push(svg('line', { x1: 190, y1: ROW * from + 14, x2: 70, y2: ROW * key + 14, stroke: 'var(--accent)', 'stroke-width': 1 + 5 * weight, opacity: 0.2 + 0.8 * weight }));
            }
        });
        words.forEach((word, at) => {
            parts.push(svg('text', { x: 62, y: ROW * at + 18, 'text-anchor': 'end', fill: 'currentColor', 'font-size': 14, 'font-family': 'monospace' }, word));
            parts.push(svg('text', { x: 198, y: ROW * at + 18, fill: at === from ? 'var(--mark)' : 'currentColor', 'font-size': 14, 'font-family': 'monospace', 'font-weight': at === from ? 700 : 400 }, word));
        });
        return svg('svg', { viewBox: `0 0 260 ${height}`, width: 260, height, role: 'img', 'aria-label': `What token ${from}, ${words[from]}, looks at` }, ...parts);
    }

    function draw() {
        const { attention, words, ids } = app.seen;
        const { layer, head } = app;
        const rows = attention[layer][head];
        const n = ids.length;
        const map = cellMap({
            columns: n, rows: n, cell: Math.max(1, Math.floor(480 / n)), label: `Attention of layer ${layer}, head ${head}`, readout,
            colour: (x, y) => (x <= y ? share(Math.sqrt(rows[y][x])) : [0, 0, 0]),
            describe: (x, y) => (x <= y ? `${words[y]} (${y}) looks at ${words[x]} (${x}): ${percent(rows[y][x])}` : 'no token looks ahead'),
            onselect: (x, y) => app.select({ token: y }),
        });
        const strongest = rows
            .flatMap((row, y) => Array.from(row, (weight, x) => [`${y} ${words[y]}`, `${x} ${words[x]}`, weight]))
            .sort((a, b) => b[2] - a[2]).slice(0, LISTED);
        const layers = choice({ label: 'Layer', value: layer, options: attention.map((_, i) => [i, i]), onchange: (value) => app.select({ layer: Number(value), head: 0 }) });
        const heads = choice({ label: 'Head', value: head, options: attention[layer].map((_, i) => [i, i]), onchange: (value) => app.select({ head: Number(value) }) });
        fill(body,
            el('div.row', {}, layers.label, layers.select, heads.label, heads.select),
            el('div.pair', {}, el('div', {}, map.canvas), el('div.scroll.lines', { tabindex: 0, role: 'region', 'aria-label': 'Lines between tokens' }, lines(rows))),
            readout,
            el('details', {}, el('summary', {}, 'The strongest cells as a table'), table(['token', 'looks at', 'weight'], strongest)));
        body.querySelector('.lines').scrollTop = ROW * Math.max(0, (app.token < 0 ? n : app.token) - 8);
        [...picker.children].forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.key === `${layer}.${head}`)));
        view.files([{ label: 'attention.pxi', name: 'attention.pxi', make: () => attentionFiles(rows, layer, head, app.origin())[0].bytes }]);
        view.command(`./pixel-llm look ${app.quotedText()}${app.cartridgeOption()} --attention ${layer},${head} -o .`);
    }

    app.on('seen', () => {
        const { attention } = app.seen;
        if (attention.length === 0) {
            view.hide();
            return;
        }
        const most = Math.max(...attention.map((heads) => heads.length));
        picker.style.setProperty('grid-template-columns', `repeat(${most}, minmax(0, 5rem))`);
        fill(picker, ...attention.flatMap((heads, layer) => heads.map((rows, head) => {
            const canvas = el('canvas', { width: THUMBNAIL, height: THUMBNAIL, 'aria-hidden': true });
            thumbnail(canvas.getContext('2d'), rows);
            const button = el('button', { type: 'button', 'aria-label': `layer ${layer}, head ${head}`, title: `layer ${layer}, head ${head}`, onclick: () => app.select({ layer, head }) }, canvas);
            button.dataset.key = `${layer}.${head}`;
            if (head === 0) {
                button.style.setProperty('grid-column', '1');
            }
            return button;
        })));
        view.show(body, el('h3', {}, 'All heads'), picker);
        draw();
    });
    app.on('selected', () => app.seen.attention.length > 0 && draw());
    return view.section;
}

function thumbnail(context, rows) {
    for (let y = 0; y < THUMBNAIL; y++) {
        for (let x = 0; x < THUMBNAIL; x++) {
            const [row, key] = [Math.floor((y * rows.length) / THUMBNAIL), Math.floor((x * rows.length) / THUMBNAIL)];
            const [r, g, b] = key <= row ? share(Math.sqrt(rows[row][key])) : [0, 0, 0];
            context.fillStyle = `rgb(${r}, ${g}, ${b})`;
            context.fillRect(x, y, 1, 1);
        }
    }
}
