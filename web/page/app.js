/** The page: a text, a model, and panels that show what happens. */

import { takeAccess } from './access.js';
import { el, fill } from './dom.js';
import { fragmentOf, readFragment } from './link.js';
import { ask } from './model.js';
import { copy, quoted } from './panel.js';
import { provenance } from '../machine/files.js';
import { USUAL } from '../machine/sampler.js';
import { attentionPanel } from './panels/attention.js';
import { changePanel } from './panels/change.js';
import { comparePanel } from './panels/compare.js';
import { generatePanel } from './panels/generate.js';
import { heatmapPanel } from './panels/heatmap.js';
import { layersPanel } from './panels/layers.js';
import { lensPanel } from './panels/lens.js';
import { predictionPanel } from './panels/prediction.js';
import { programPanel } from './panels/program.js';
import { tokensPanel } from './panels/tokens.js';

const DEFAULT_MODEL = 'default.pxi';
const access = takeAccess();
const $ = (id) => document.getElementById(id);

class App {
    constructor() {
        this.listeners = new Map();
        this.sampling = { ...USUAL, seed: 1 };
        this.changes = [];
        this.token = -1;
        this.layer = -1;
        this.head = 0;
        this.ask = ask;
    }

    on(event, listener) {
        this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    }

    emit(event) {
        (this.listeners.get(event) ?? []).forEach((listener) => listener());
    }

    /** Shows what went wrong, in the machine's own words. */
    fail(error) {
        $('notice').textContent = error.message;
        $('busy').textContent = '';
        $('run').disabled = !this.model;
    }

    /** Opens a cartridge's bytes. */
    async open(bytes, name) {
        $('notice').textContent = '';
        $('busy').textContent = 'opening…';
        const model = await ask('open', 'a', bytes, name);
        this.model = model;
        this.words = undefined;
        this.changes = [];
        const size = `${(model.bytes / 1e6).toFixed(1)} MB`;
        $('model').textContent = `${model.name} · ${size} · context ${model.context} · ${model.vocabulary} tokens · ${model.digest.slice(0, 12)}`;
        if (!model.isMapped) {
            $('notice').textContent = 'An image tool wrote this file anew: its pixels are intact, it only opens more slowly.';
        }
        $('run').disabled = false;
        $('busy').textContent = '';
        if (this.wanted && this.wanted !== model.digest) {
            $('notice').textContent = `The link is of another cartridge: its digest begins with ${this.wanted.slice(0, 12)}. Open that one to see the same.`;
        }
    }

    /** Reads the text, and shows all panels. */
    async run(isNewText = true) {
        if (!this.model) {
            return;
        }
        $('notice').textContent = '';
        $('busy').textContent = 'thinking…';
        $('run').disabled = true;
        try {
            this.text = $('text').value;
            this.ids = await ask('encode', 'a', this.text);
            if (this.ids.length === 0) {
                throw new RangeError('Text: expected at least one token, found an empty text. Type something.');
            }
            if (this.changes.length > 0 && isNewText) {
                this.base = (await ask('logits', 'a', this.ids, [], false)).slice();
            }
            await this.read(isNewText);
        } catch (error) {
            this.fail(error);
        }
        $('busy').textContent = '';
        $('run').disabled = false;
        $('link').disabled = false;
    }

    async read(isNewText) {
        this.seen = await ask('look', 'a', this.ids, this.changes);
        const layers = this.seen.attention.length;
        this.layer = layers === 0 ? 0 : this.layer < 0 || this.layer >= layers ? layers - 1 : this.layer;
        this.head = layers === 0 ? 0 : Math.min(this.head, this.seen.attention[this.layer].length - 1);
        this.token = this.token < 0 || this.token >= this.seen.ids.length ? this.seen.ids.length - 1 : this.token;
        if (this.seen.ids.length < this.ids.length) {
            $('notice').textContent = `The text has ${this.ids.length} tokens; the model reads the last ${this.seen.ids.length}.`;
        }
        this.isNewText = isNewText;
        this.emit('seen');
    }

    /** Other changes of the model: the answer without any is kept beside. */
    async change(changes) {
        this.base ??= this.logitsAt(-1).slice();
        this.changes = changes;
        $('busy').textContent = 'thinking…';
        try {
            await this.read(false);
        } catch (error) {
            this.fail(error);
        }
        $('busy').textContent = '';
    }

    /** Chooses a token, a layer, a head. */
    select(what) {
        Object.assign(this, what);
        this.emit('selected');
    }

    /** Goes on with a token. */
    async append(id) {
        const [word] = await ask('texts', 'a', [id]);
        $('text').value += word;
        this.token = -1;
        await this.run();
    }

    /** The logits after a token of the text; -1 is the last one // [vocabulary] */
    logitsAt(at) {
        const { logits, ids } = this.seen;
        const width = logits.length / ids.length;
        const row = at < 0 ? ids.length - 1 : at;
        return logits.subarray(row * width, (row + 1) * width);
    }

    /** A function that gives the text of any id. */
    async vocabularyWords() {
        this.words ??= await ask('words', 'a', Array.from({ length: this.model.vocabulary }, (_, id) => id));
        return (id) => this.words[id];
    }

    /** Entries of images: where they come from. */
    origin(how = {}) {
        const context = this.seen.ids.length < this.ids.length ? `last ${this.seen.ids.length} of ${this.ids.length} tokens` : undefined;
        return provenance(this.model, { context, ...how });
    }

    quotedText() {
        return quoted(this.text);
    }

    cartridgeOption() {
        return this.isDefault ? '' : ` -c ${quoted(this.model.file)}`;
    }
}

const app = new App();
const panels = [tokensPanel, predictionPanel, heatmapPanel, programPanel, attentionPanel, lensPanel, generatePanel, layersPanel, changePanel, comparePanel];
fill($('panels'), ...panels.map((panel) => panel(app)));

async function openFile(file) {
    try {
        app.isDefault = false;
        await app.open(new Uint8Array(await file.arrayBuffer()), file.name);
    } catch (error) {
        app.fail(error);
    }
}

/** A model of this page's own origin: it says how large it is and waits, where a link named it. */
async function fetchModel(path, waits) {
    const url = new URL(path, document.baseURI);
    if (url.origin !== location.origin) {
        throw new Error(`?model=: expected a file of this page's own origin, found ${url.origin}.`);
    }
    const response = await fetch(url, { headers: access });
    if (!response.ok) {
        throw new Error(`${path}: expected a cartridge, found HTTP status ${response.status}. Open one from your disk.`);
    }
    const size = Number(response.headers.get('content-length'));
    if (waits) {
        await new Promise((resolve) => fill($('notice'), `${path}${size ? `, ${(size / 1e6).toFixed(1)} MB` : ''} `, el('button', { type: 'button', onclick: resolve }, 'Load it')));
    }
    app.isDefault = path === DEFAULT_MODEL;
    await app.open(new Uint8Array(await response.arrayBuffer()), path);
}

function applyLink() {
    const { text, digest, layer, head, token, sampling, changes } = readFragment(location.hash);
    if (text !== undefined) {
        $('text').value = text;
    }
    Object.assign(app.sampling, sampling);
    app.layer = layer ?? app.layer;
    app.head = head ?? app.head;
    app.token = token ?? app.token;
    app.changes = changes;
    app.wanted = digest;
    return changes;
}

$('ask').addEventListener('submit', (event) => {
    event.preventDefault();
    app.run();
});
$('text').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        app.run();
    }
});
$('link').addEventListener('click', () => {
    const fragment = fragmentOf({ ...app, text: app.text, digest: app.model.digest });
    history.replaceState(null, '', fragment);
    copy($('link'), location.href);
});
$('file').addEventListener('change', (event) => event.target.files[0] && openFile(event.target.files[0]));
addEventListener('dragover', (event) => {
    event.preventDefault();
    $('drop').hidden = false;
});
addEventListener('dragleave', (event) => event.relatedTarget === null && ($('drop').hidden = true));
addEventListener('drop', (event) => {
    event.preventDefault();
    $('drop').hidden = true;
    if (event.dataTransfer.files[0]) {
        openFile(event.dataTransfer.files[0]);
    }
});
addEventListener('paste', (event) => {
    const file = [...event.clipboardData.files][0];
    if (file) {
        event.preventDefault();
        openFile(file);
    }
});

/** The cartridge that stands in the page itself, where it is one file. */
async function openInner(element) {
    app.isDefault = element.dataset.name === DEFAULT_MODEL;
    const text = atob(element.textContent);
    await app.open(Uint8Array.from(text, (character) => character.charCodeAt(0)), element.dataset.name);
}

const named = new URLSearchParams(location.search).get('model');
const linked = applyLink();
const inner = $('cartridge');
(inner ? openInner(inner) : fetchModel(named ?? DEFAULT_MODEL, named !== null))
    .then(() => (app.changes = linked))
    .catch((error) => app.fail(named === null ? new Error('Open a cartridge, or drop one on the page.') : error));
