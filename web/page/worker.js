/** The machine in a thread of its own, so that the page stays fluid while it computes. */

import { openCartridge } from '../machine/cartridge.js';
import { Machine, Session } from '../machine/executor.js';
import { look } from '../machine/look.js';
import { Generation } from '../machine/sampler.js';
import { withChanges } from '../machine/changes.js';
import { GpuMachine, hasGpu } from '../machine/webgpu.js';
import { textOf, tokenizerOf } from '../machine/tokenizer.js';

const models = new Map(); // by key: cartridge, tokenizer
const generations = new Map(); // by number
let count = 0;

const methods = {
    /** Opens a cartridge under a key and says what it is. */
    async open(key, bytes, file) {
        const cartridge = await openCartridge(bytes, file);
        const tokenizer = tokenizerOf(cartridge);
        models.set(key, { cartridge, tokenizer });
        const { program, manifest, digest, programDigest, pages } = cartridge;
        return {
            file, bytes: bytes.length, digest, programDigest, isMapped: pages.isMapped, name: manifest.name, family: manifest.family,
            licence: manifest.licence, tokenizer: tokenizer?.name, vocabulary: program.vocabulary, context: program.context,
            program: {
                tensors: program.tensors.map(({ name, role, code, shape, columns, rows }) => ({ name, role, code, shape, columns, rows })),
                instructions: program.instructions.map((each) => ({
                    name: each.name, colour: each.opcode.colour, meaning: each.opcode.meaning, result: each.result,
                    operands: each.opcode.operands.map(({ name }) => [name, each[name]]),
                    attributes: each.opcode.attributes.map(({ name }) => [name, each[name]]),
                })),
            },
        };
    },

    encode(key, text) {
        const { tokenizer } = models.get(key);
        if (!tokenizer) {
            throw new Error('This model has no tokenizer: it answers token images only.');
        }
        return [...tokenizer.encode(text)];
    },

    /** The texts of ids, for eyes. */
    words(key, ids) {
        const { tokenizer } = models.get(key);
        return ids.map((id) => textOf(tokenizer, id));
    },

    /** The texts of ids, as they are. */
    texts(key, ids) {
        const { tokenizer } = models.get(key);
        return ids.map((id) => (tokenizer && id < tokenizer.vocabulary ? tokenizer.decode(id) : ''));
    },

    /** Everything that happens while the model reads the tokens. */
    look(key, ids, changes) {
        const { cartridge, tokenizer } = models.get(key);
        const found = look(withChanges(cartridge, changes), ids);
        return { ...found, words: found.ids.map((id) => textOf(tokenizer, id)) };
    },

    /** The logits after each token, or after the last one. */
    logits(key, ids, changes, all) {
        const { cartridge } = models.get(key);
        const machine = new Machine(withChanges(cartridge, changes));
        const kept = ids.slice(-machine.program.context);
        return new Session(machine).run(kept, { rows: all ? kept.length : 1 });
    },

    /** Whether texts can be continued on a GPU. */
    hasGpu,

    /** Begins to continue a text; the result is a number for {@link methods.next}. */
    async generate(key, ids, sampling, changes, executor) {
        const { cartridge, tokenizer } = models.get(key);
        const changed = withChanges(cartridge, changes);
        const machine = executor === 'webgpu' ? await GpuMachine.open(changed) : new Machine(changed);
        const generation = new Generation(machine, ids, sampling);
        generations.set(++count, { generation, machine, tokenizer, decoder: tokenizer?.decoder() });
        return count;
    },

    /** The next token of a generation, with the likeliest ones beside it; `id` takes another one than the sampler's. */
    async next(number, id) {
        const { generation, tokenizer, decoder } = generations.get(number);
        const token = await generation.next(id);
        return {
            ...token, text: decoder ? decoder.add(token.id) : '', word: textOf(tokenizer, token.id), alternatives: generation.alternatives(8),
            isEnd: tokenizer?.isEnd(token.id) ?? false,
        };
    },

    end(number) {
        generations.get(number)?.machine.close?.();
        generations.delete(number);
    },

    /** Some rows of a weight as floats, for painting. */
    weights(key, tensor, from, rows) {
        const weight = models.get(key).cartridge.weights.get(tensor);
        const values = new Float32Array(rows * weight.columns);
        for (let row = 0; row < rows; row++) {
            weight.row(from + row, values, row * weight.columns);
        }
        return values;
    },
};

self.onmessage = async ({ data: { call, method, args } }) => {
    try {
        self.postMessage({ call, result: await methods[method](...args) });
    } catch (error) {
        self.postMessage({ call, error: error.message });
    }
};
