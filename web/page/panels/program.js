/** The model's program as bands of colour, to be stepped through. */

import { hexCss } from '../colours.js';
import { el, fill, table } from '../dom.js';
import { panel } from '../panel.js';
import { signed } from '../colours.js';

export function programPanel(app) {
    const view = panel({ title: 'Program', hint: 'A band an instruction, in the colours of the program image. Choose one, or step with the arrow keys.' });
    const details = el('div', { 'aria-live': 'polite' });
    let at = 0;
    let bands = [];
    const text = (index) => {
        const { program } = app.model;
        const each = program.instructions[index];
        const name = (id) => (id === null ? '_' : program.tensors[id].name);
        return [name(each.result), '=', each.name, ...each.operands.map(([, id]) => name(id)), ...each.attributes.map(([key, value]) => `${key}=${value}`)].join(' ');
    };
    function select(index) {
        at = Math.min(Math.max(index, 0), bands.length - 1);
        bands.forEach((band, i) => band.setAttribute('aria-selected', String(i === at)));
        bands[at].scrollIntoView({ block: 'nearest' });
        const line = app.seen.trace[at];
        const each = app.model.program.instructions[at];
        const strip = el('canvas.map', { width: Math.min(line.columns, 512), height: 8, role: 'img', 'aria-label': 'Values at the last token' });
        const context = strip.getContext('2d');
        const most = line.last.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a), 1e-30);
        for (let x = 0; x < strip.width; x++) {
            const [r, g, b] = signed(line.last[Math.floor((x * line.columns) / strip.width)] / most);
            context.fillStyle = `rgb(${r}, ${g}, ${b})`;
            context.fillRect(x, 0, 1, 8);
        }
        fill(details,
            el('p', {}, el('strong', {}, `${at} ${each.name}`), `: ${each.meaning}`),
            el('p.scroll', {}, el('code', {}, text(at))), strip,
            table(['of', 'is'], [
                ['rows x columns', `${line.rows} x ${line.columns}`], ['least', line.min], ['greatest', line.max], ['mean', line.mean],
                ['root mean square', line.rms], ['zeros', line.zeros], ['NaN, infinite', `${line.nans}, ${line.infinities}`], ['milliseconds', line.milliseconds],
            ]));
    }
    app.on('seen', () => {
        const { instructions } = app.model.program;
        bands = instructions.map((each, i) => el('div.band', {
            role: 'option', 'aria-selected': false, 'aria-label': `${i} ${each.name}`, title: `${i} ${each.name}`, style: { background: hexCss(each.colour) }, onclick: () => select(i),
        }));
        const list = el('div.bands', {
            role: 'listbox', tabindex: 0, 'aria-label': 'Instructions',
            onkeydown: (event) => {
                const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -bands.length, End: bands.length }[event.key];
                if (step) {
                    event.preventDefault();
                    select(at + step);
                }
            },
        }, ...bands);
        view.show(el('div.steps', {}, list, details));
        const json = () => JSON.stringify(app.seen.trace.map(({ last, milliseconds, ...line }) => line), null, 2);
        view.files([{ label: 'trace.json', name: 'trace.json', make: json, type: 'application/json' }]);
        view.command(`./pixel-llm look ${app.quotedText()}${app.cartridgeOption()} --trace --json`);
        select(at);
    });
    return view.section;
}
