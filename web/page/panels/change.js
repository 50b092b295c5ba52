/** Changing a trained model: heads and layers switched off or scaled, weights painted; the answer beside the unchanged one. */

import { signed } from '../colours.js';
import { choice, el, fill, percent, slider } from '../dom.js';
import { panel } from '../panel.js';
import { Softmax, topK } from '../../machine/sampler.js';

const PAINTED = 64; // rows and columns of the canvas
const SHOWN = 5;

export function changePanel(app) {
    const view = panel({ title: 'Change it', wide: true, hint: 'Switch heads or layers off, scale them, or paint on a weight’s pixels; the other panels show the changed model. No byte of the cartridge changes.' });
    const state = new Map(); // by key: what is scaled, and by how much
    let factor = 0;
    const difference = el('div', { 'aria-live': 'polite' });
    const grid = el('div.changes', {});
    const canvas = el('div', {});
    let painted = new Map(); // by weight: cells

    async function apply() {
        const changes = [];
        for (const { kind, layer, head, factor: by } of state.values()) {
            changes.push(kind === 'head' ? { head: [layer, head], factor: by } : { layer, factor: by });
        }
        painted.forEach((cells, tensor) => cells.forEach((value, key) => {
            const [row, column] = key.split(',').map(Number);
            changes.push({ tensor, rows: [row, row + 1], columns: [column, column + 1], values: [value] });
        }));
        await app.change(changes);
    }

    function toggle(key, entry) {
        state.has(key) ? state.delete(key) : state.set(key, { ...entry, factor });
        drawGrid();
        apply();
    }

    function drawGrid() {
        const button = (key, label, name, entry) => el('button', {
            type: 'button', 'aria-pressed': state.has(key), 'aria-label': `${name}${state.has(key) ? `, times ${state.get(key).factor}` : ''}`, onclick: () => toggle(key, entry),
        }, state.has(key) ? `${label}×${state.get(key).factor}` : label);
        fill(grid, ...app.seen.attention.map((heads, layer) => el('div.layer', {}, el('span', {}, `layer ${layer}`),
            button(`l${layer}`, 'all', `layer ${layer}`, { kind: 'layer', layer }),
            ...heads.map((_, head) => button(`h${layer}.${head}`, `h${head}`, `layer ${layer}, head ${head}`, { kind: 'head', layer, head })))));
    }

    async function drawPainting(tensor) {
        const { tensors } = app.model.program;
        const weights = tensors.flatMap((each, id) => (each.role === 'weight' && each.rows >= 1 ? [[id, `${each.name} ${each.rows} x ${each.columns}`]] : []));
        const id = tensor ?? weights.find(([, name]) => name.includes('.'))?.[0] ?? weights[0][0];
        const { name, rows, columns } = tensors[id];
        const [height, width] = [Math.min(rows, PAINTED), Math.min(columns, PAINTED)];
        const values = await app.ask('weights', 'a', id, 0, height);
        const cells = painted.get(name) ?? new Map();
        const value = (x, y) => cells.get(`${y},${x}`) ?? values[y * columns + x];
        const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-30);
        const cell = Math.max(4, Math.floor(320 / Math.max(width, height)));
        const map = el('canvas.map', { width: width * cell, height: height * cell, tabindex: 0, role: 'application', 'aria-label': `Weight ${name}: arrow keys move, Enter paints` });
        map.style.setProperty('max-width', '26rem');
        const context = map.getContext('2d');
        const readout = el('p.readout', { 'aria-live': 'polite' });
        const at = { x: 0, y: 0 };
        let brush = 0;
        const paintCell = (x, y) => {
            const [r, g, b] = signed(value(x, y) / most);
            context.fillStyle = `rgb(${r}, ${g}, ${b})`;
            context.fillRect(x * cell, y * cell, cell, cell);
        };
        const show = () => (readout.textContent = `${name}[${at.y}, ${at.x}] = ${value(at.x, at.y)}`);
        const put = () => {
            cells.set(`${at.y},${at.x}`, brush * most);
            painted.set(name, cells);
            paintCell(at.x, at.y);
            show();
        };
        for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
                paintCell(x, y);
            }
        }
        const move = (event) => {
            const box = map.getBoundingClientRect();
            at.x = Math.min(width - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * width)));
            at.y = Math.min(height - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * height)));
            show();
        };
        map.addEventListener('pointermove', (event) => {
            move(event);
            if (event.buttons === 1) {
                put();
            }
        });
        map.addEventListener('pointerdown', (event) => {
            move(event);
            put();
        });
        map.addEventListener('pointerup', apply);
        map.addEventListener('keydown', (event) => {
            const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
            if (steps) {
                event.preventDefault();
                at.x = Math.min(width - 1, Math.max(0, at.x + steps[0]));
                at.y = Math.min(height - 1, Math.max(0, at.y + steps[1]));
                show();
            } else if (event.key === 'Enter') {
                put();
                apply();
            }
        });
        const pick = choice({ label: 'Weight', value: id, options: weights, onchange: (next) => drawPainting(Number(next)) });
        const paint = slider({ label: 'brush', min: -1, max: 1, step: 0.1, value: 0, show: (v) => v.toFixed(1), oninput: (v) => (brush = v) });
        fill(canvas, el('div.row', {}, pick.label, pick.select), el('div.sliders', {}, ...paint.parts), map, readout,
            height < rows || width < columns ? el('p.hint', {}, `The first ${height} rows and ${width} columns of ${rows} x ${columns}.`) : undefined);
    }

    async function drawDifference() {
        if (!app.base) {
            fill(difference);
            return;
        }
        const [before, after] = [app.base, app.logitsAt(-1)];
        const [p, q] = [new Softmax(before), new Softmax(after)];
        let kl = 0;
        before.forEach((_, id) => {
            const probability = p.probability(id);
            kl += probability > 0 ? probability * (p.log(id) - q.log(id)) : 0;
        });
        const ids = [...new Set([...topK(before, SHOWN), ...topK(after, SHOWN)])];
        const words = await app.ask('words', 'a', ids);
        const rows = ids.map((id, i) => el('tr', {}, el('td', {}, el('code', {}, words[i])), el('td.number', {}, percent(p.probability(id))), el('td.number', {}, percent(q.probability(id)))));
        fill(difference, el('h3', {}, `The next token, before and after: KL divergence ${kl.toFixed(4)} nats`),
            el('table', {}, el('thead', {}, el('tr', {}, ...['token', 'before', 'after'].map((each) => el('th', { scope: 'col' }, each)))), el('tbody', {}, ...rows)));
    }

    app.on('seen', () => {
        if (app.isNewText) {
            drawGrid();
        }
        const by = slider({ label: 'times', min: 0, max: 3, step: 0.1, value: factor, show: (v) => v.toFixed(1), oninput: (v) => (factor = v) });
        const reset = el('button', { type: 'button', onclick: () => { state.clear(); painted = new Map(); drawGrid(); drawPainting(); apply(); } }, 'As it was');
        const painting = el('details', { ontoggle: (event) => event.target.open && drawPainting() }, el('summary', {}, 'Paint on weights'), canvas);
        view.show(el('div.sliders', {}, ...by.parts), grid, el('div.row', {}, reset), difference, painting);
        view.files([{ label: 'changes.json', name: 'changes.json', make: () => JSON.stringify({ base: `sha256:${app.model.digest}`, changes: app.changes }, null, 2), type: 'application/json' }]);
        drawDifference();
    });
    return view.section;
}
