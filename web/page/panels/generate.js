/** The model goes on: each token coloured by its probability, the others that it could have said, and other ways from there. */

import { css, inkOn, share } from '../colours.js';
import { choice, el, fill, percent, slider } from '../dom.js';
import { panel } from '../panel.js';
import { samplerWords, sequenceFile } from '../../machine/files.js';

const MOST = 2000;

export function generatePanel(app) {
    const view = panel({ title: 'Going on', wide: true, hint: 'Bright tokens were likely. Choose one to see what else could have come, and go on from there.' });
    const story = el('p.story', { 'aria-live': 'off' });
    const spoken = el('p.hidden', { 'aria-live': 'polite' });
    const others = el('div', { 'aria-live': 'polite' });
    const branches = el('ol.branches', {});
    let count = 120;
    let tree = []; // branches: { parent, from, tokens }
    let branch = 0;
    let running = false;
    let executor = 'javascript';
    const where = el('span.row', {});
    app.ask('hasGpu').then((there) => {
        if (there) {
            const options = [['javascript', 'JavaScript, the command’s bits'], ['webgpu', 'the GPU, through WebGPU']];
            const pick = choice({ label: 'Computes with', value: executor, options, onchange: (value) => (executor = value) });
            fill(where, pick.label, pick.select);
        }
    });

    const seed = el('input', { type: 'number', min: 0, max: 2 ** 53 - 1, step: 1, value: 1, id: 'seed', onchange: () => (app.sampling.seed = Math.max(0, Math.trunc(Number(seed.value)) || 0)) });
    const go = el('button.primary', { type: 'button', onclick: () => (running ? (running = false) : begin()) }, 'Go on');

    /** The tokens of a branch from the beginning. */
    const tokensOf = (index) => {
        const { parent, from, tokens } = tree[index];
        return parent === undefined ? tokens : [...tokensOf(parent).slice(0, from), ...tokens];
    };

    async function begin(from = undefined, id = undefined) {
        const prefix = from === undefined ? [] : tokensOf(branch).slice(0, from);
        tree = from === undefined ? [] : tree;
        tree.push(from === undefined ? { tokens: [] } : { parent: branch, from, tokens: [] });
        branch = tree.length - 1;
        running = true;
        go.textContent = 'Stop';
        fill(others);
        draw();
        const number = await app.ask('generate', 'a', app.ids, { ...app.sampling }, app.changes, executor);
        try {
            for (const token of prefix) {
                await app.ask('next', number, token.id);
            }
            let sentence = '';
            for (let i = prefix.length; i < count && running; i++) {
                const token = await app.ask('next', number, i === prefix.length ? id : undefined);
                const words = await app.ask('words', 'a', token.alternatives.map((each) => each.id));
                token.alternatives.forEach((each, k) => (each.word = words[k]));
                tree[branch].tokens.push(token);
                append(token, i);
                sentence += token.text;
                if (/[.!?\n]$/.test(sentence)) {
                    spoken.textContent = sentence;
                    sentence = '';
                }
                if (token.isEnd) {
                    break;
                }
            }
            spoken.textContent = sentence;
        } catch (error) {
            app.fail(error);
        } finally {
            await app.ask('end', number);
            running = false;
            go.textContent = tree.length ? 'Again' : 'Go on';
            drawBranches();
            app.emit('story');
        }
    }

    function append(token, at) {
        const colour = share(Math.sqrt(token.probability));
        const shown = token.text === '' && token.word ? `⟨${token.word}⟩` : token.text;
        story.append(el('button', {
            type: 'button', style: { background: css(colour), color: inkOn(colour) }, 'aria-pressed': false,
            title: `id ${token.id}: ${percent(token.probability)}`, onclick: (event) => alternatives(at, event.currentTarget),
        }, shown));
    }

    function draw() {
        fill(story, el('span', {}, app.text));
        tokensOf(branch).forEach(append);
        drawBranches();
    }

    function alternatives(at, button) {
        [...story.querySelectorAll('button')].forEach((each) => each.setAttribute('aria-pressed', String(each === button)));
        const token = tokensOf(branch)[at];
        fill(others, el('h3', {}, `Token ${at}: ${token.word}, ${percent(token.probability)}. It could have been`),
            el('ol.bars', {}, ...token.alternatives.map((each) => el('li', {}, el('button', {
                type: 'button', disabled: running, 'aria-label': `${each.word}, ${percent(each.probability)}: go on from it`, onclick: () => begin(at, each.id),
            }, el('code', {}, each.word), el('span.bar', { style: { width: `${100 * each.probability}%` } }), el('span.share', {}, percent(each.probability)))))));
    }

    function drawBranches() {
        fill(branches, ...(tree.length < 2 ? [] : tree.map(({ parent, from }, index) => {
            const label = parent === undefined ? 'the first way' : `from token ${from} of way ${parent + 1}: ${tree[index].tokens[0]?.word ?? ''}`;
            return el('li', {}, el('button', { type: 'button', 'aria-pressed': index === branch, onclick: () => { branch = index; fill(others); draw(); } }, label));
        })));
    }

    app.on('seen', () => {
        tree = [];
        fill(story);
        fill(others);
        fill(branches);
        const length = slider({ label: 'tokens', min: 10, max: MOST, step: 10, value: count, oninput: (value) => (count = value) });
        view.show(el('div.row', {}, go, el('label', { for: 'seed' }, 'Seed'), seed, where), el('div.sliders', {}, ...length.parts), story, spoken, others, branches);
        const origin = () => ({ ...app.origin({ executor: executor === 'webgpu' ? 'webgpu' : undefined, sampler: samplerWords(app.sampling), seed: app.sampling.seed }), Stop: 'length' });
        view.files([{ label: 'output_sequence.pxi', name: 'output_sequence.pxi', make: () => sequenceFile(tree.length ? tokensOf(branch) : [], origin(), app.model.vocabulary) }]);
        const s = app.sampling;
        view.command(`./pixel-llm generate ${app.quotedText()}${app.cartridgeOption()} -n ${count} --temperature ${s.temperature} --top-k ${s.topK} --top-p ${s.topP} --min-p ${s.minP} --seed ${s.seed}`);
    });
    return view.section;
}
