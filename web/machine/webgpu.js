/**
 * Runs programs on a GPU through WebGPU, with the kernels of the command's executor. Its bits are the GPU's own: within 1e-4 of
 * the other executors.
 *
 *     const machine = await GpuMachine.open(cartridge);
 *     const session = machine.session();
 *     const logits = await session.run([112, 120]);
 */

import { CartridgeError } from './errors.js';
import { frequenciesOf } from './executor.js';
import { KERNELS, MAX_WORKGROUPS, QUAD, SLOTS, SOURCES, STRUCTS, TILE, TURN_STEP, UNITS } from './kernels.js';
import { cos, sin } from './strict.js';

/** What the bits of an answer depend on, as its provenance names it. */
export const ARITHMETIC = 'webgpu';

/** The most tokens of a pass, and what the scores of one attention may take. */
const MAX_TOKENS = 512;
const SCORES_BYTES = 64 * 2 ** 20;
const STRIDE = 64; // bytes: groups of rows begin at a multiple
const LINES = 16;

const roundUp = (count, to) => Math.ceil(count / to) * to;
const pitchOf = ({ columns }) => roundUp(columns, QUAD);

/** Workgroups for items spread over x and y. */
function spread(groups) {
    if (groups === 0) {
        return [0, 0, 1];
    }
    const y = Math.ceil(groups / MAX_WORKGROUPS);
    return [Math.ceil(groups / y), y, 1];
}

/** Whether this browser has a GPU for it; without a secure context there is none. */
export async function hasGpu() {
    return Boolean(await globalThis.navigator?.gpu?.requestAdapter().catch(() => null));
}

/** A program on a GPU: its buffers, and its instructions as dispatches. */
export class GpuMachine {
    /**
     * Opens a cartridge on the browser's GPU.
     *
     * @throws CartridgeError where there is none, or it cannot hold the model
     */
    static async open(cartridge) {
        const adapter = await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: 'high-performance' });
        if (!adapter) {
            const found = globalThis.isSecureContext === false ? 'a page without a secure context' : 'none';
            throw new CartridgeError(cartridge.file, 'WebGPU', 'a GPU', found, 'Run it in plain JavaScript.');
        }
        const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
        const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
        const machine = new GpuMachine(cartridge, device);
        await machine.prepare();
        return machine;
    }

    constructor(cartridge, device) {
        this.cartridge = cartridge;
        this.program = cartridge.program;
        this.device = device;
        this.pipelines = new Map();
        this.values = new Map();
        this.perSession = []; // dispatches that bind a session's memory
        this.tables = new Map();
        this.maxTokens = this.mostTokens();
    }

    get limits() {
        return this.device.limits;
    }

    mostTokens() {
        let most = MAX_TOKENS;
        for (const each of this.program.instructions) {
            if (each.name === 'attention') {
                const bytes = 4 * each.heads * this.strideOf(each);
                most = Math.min(most, Math.floor(Math.min(SCORES_BYTES, this.limits.maxStorageBufferBindingSize) / bytes));
            }
        }
        this.requireRoom('the attention of one token', most < 1);
        return most;
    }

    requireRoom(what, isTooLarge) {
        if (isTooLarge) {
            const found = `${what}, which is larger than a binding of this GPU, ${this.limits.maxStorageBufferBindingSize} bytes`;
            throw new CartridgeError(this.cartridge.file, 'WebGPU', 'a model that this GPU holds', found, 'Run it in plain JavaScript.');
        }
    }

    strideOf({ window }) {
        const { context } = this.program;
        return (window > 0 ? Math.min(window, context) : context) + 1;
    }

    async prepare() {
        const { program } = this;
        this.now = this.storage(4 * (2 + 2 * this.maxTokens) + roundUp(3 * (this.maxTokens + 1), 4));
        const scores = program.instructions.filter(({ name }) => name === 'attention').map((each) => 4 * each.heads * this.strideOf(each) * this.maxTokens);
        this.scores = this.storage(Math.max(4, ...scores));
        this.stages = program.instructions.map((each) => ({ instruction: each, single: this.plan(each, 1), several: this.plan(each, TILE) }));
        this.stateOffsets = new Map();
        this.stateBytes = 0;
        program.tensors.forEach((tensor, id) => {
            if (tensor.role === 'state') {
                const bytes = 4 * tensor.rows * tensor.columns;
                this.requireRoom(`a session's ${tensor.name}`, bytes > this.limits.maxStorageBufferBindingSize);
                this.stateOffsets.set(id, this.stateBytes);
                this.stateBytes += roundUp(bytes, this.limits.minStorageBufferOffsetAlignment);
            }
        });
        this.requireRoom('a session', this.stateBytes > this.limits.maxBufferSize);
    }

    session() {
        return new GpuSession(this);
    }

    close() {
        this.device.destroy();
    }

    storage(bytes) {
        this.requireRoom(`${bytes} bytes`, bytes > this.limits.maxBufferSize);
        const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
        return this.device.createBuffer({ size: roundUp(Math.max(bytes, 4), 4), usage });
    }

    upload(values) {
        const buffer = this.storage(values.byteLength);
        this.device.queue.writeBuffer(buffer, 0, values);
        return buffer;
    }

    /** A struct as a uniform. */
    uniform(type, members) {
        const names = Object.entries(STRUCTS[type]);
        const words = new ArrayBuffer(Math.max(16, roundUp(4 * names.length, 16)));
        const view = new DataView(words);
        names.forEach(([name, kind], i) => {
            kind === 'u32' ? view.setUint32(4 * i, members[name], true) : view.setFloat32(4 * i, members[name], true);
        });
        const buffer = this.device.createBuffer({ size: words.byteLength, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
        this.device.queue.writeBuffer(buffer, 0, words);
        return buffer;
    }

    pipeline(name) {
        let pipeline = this.pipelines.get(name);
        if (!pipeline) {
            const { declarations, sources } = KERNELS[name];
            const code = [declarations, ...sources.map((each) => SOURCES[each])].join('\n');
            const module = this.device.createShaderModule({ code, label: name });
            pipeline = this.device.createComputePipeline({ label: name, layout: 'auto', compute: { module, entryPoint: 'main' } });
            this.pipelines.set(name, pipeline);
        }
        return pipeline;
    }

    /** The buffer of a scratch or output tensor, with room for whole tiles of rows. */
    buffer(id) {
        if (!this.values.has(id)) {
            this.values.set(id, this.storage(4 * pitchOf(this.program.tensors[id]) * roundUp(this.maxTokens, TILE)));
        }
        return this.values.get(id);
    }

    vector(id) {
        const key = `vector ${id}`;
        if (!this.tables.has(key)) {
            const weight = this.cartridge.weights.get(id);
            const values = new Float32Array(roundUp(weight.columns, QUAD));
            weight.row(0, values, 0);
            this.tables.set(key, this.upload(values));
        }
        return this.tables.get(key);
    }

    /** A matrix in pieces that fit a binding: buffer, first row, rows, groups, and the uniform that places them. */
    pieces(id) {
        const key = `matrix ${id}`;
        if (this.tables.has(key)) {
            return this.tables.get(key);
        }
        const weight = this.cartridge.weights.get(id);
        const stride = roundUp(weight.units * weight.type.unitBytes * LINES, STRIDE);
        const most = Math.floor(this.limits.maxStorageBufferBindingSize / stride);
        this.requireRoom(`16 rows of ${weight.name}`, most < 1);
        const pieces = [];
        for (let first = 0; first < weight.groups; first += most) {
            const groups = Math.min(most, weight.groups - first);
            const buffer = this.storage(groups * stride);
            for (let group = 0; group < groups; group++) {
                const bytes = weight.group(first + group);
                this.device.queue.writeBuffer(buffer, group * stride, bytes.length % 4 === 0 ? bytes : padded(bytes));
            }
            const place = this.uniform('Place', {
                stride: stride / UNITS[weight.type.name], columns: weight.columns, low: weight.min, span: Math.fround(weight.max - weight.min),
            });
            pieces.push({ buffer, place, groups, type: weight.type.name, first: first * LINES, count: Math.min(weight.rows - first * LINES, groups * LINES) });
        }
        this.tables.set(key, pieces);
        return pieces;
    }

    /** A dispatch: a pipeline, its memory by slot, how many workgroups it takes; `states` of the session where there are any. */
    dispatch(name, shape, entries, extent, states = undefined) {
        const pipeline = this.pipeline(name);
        const all = { SHAPE: this.uniform(shape[0], shape[1]), ...entries };
        const group = this.device.createBindGroup({
            layout: pipeline.getBindGroupLayout(0),
            entries: Object.entries(all).map(([slot, buffer]) => ({ binding: SLOTS[slot][1], resource: { buffer } })),
        });
        const { threads, workgroupEach } = KERNELS[name];
        const groupsOf = (items) => (workgroupEach ? items : Math.ceil(items / threads));
        const made = { pipeline, group, extent: (work) => extent(work, groupsOf), states };
        if (states) {
            made.session = this.perSession.push(made) - 1;
        }
        return made;
    }

    columns(id) {
        return this.program.tensors[id].columns;
    }

    pitch(id) {
        return pitchOf(this.program.tensors[id]);
    }

    /** The dispatches of an instruction, for one row of x or for tiles of them. */
    plan(op, tile) {
        const isRows = this.program.tensors[op.result].shape[0] === 'R';
        const rows = isRows ? 1 : 0; // where `now` has their number
        const count = (work) => (isRows ? work.rows : work.tokens);
        const y = this.buffer(op.result);
        const groups = this.pitch(op.result) / QUAD;
        const { now } = this;
        const each = (items) => (work, groupsOf) => spread(groupsOf(items(work)));
        const map = (name, x, value) => [this.dispatch(`map ${name}`, ['Map', { rows, groups, number: value }], { NOW: now, FIRST: this.buffer(x), RESULT: y }, each((work) => count(work) * groups))];
        const bias = (b) => this.dispatch('bias', ['Bias', { rows, groups }], { NOW: now, FIRST: this.vector(b), RESULT: y }, each((work) => count(work) * groups));
        const norm = (name, x, gain, epsilon) => {
            const columns = this.columns(gain);
            const runs = this.columns(op.result) / columns;
            return this.dispatch(name, ['Norm', { rows, pitch: this.pitch(op.result), runs, columns, epsilon }],
                { NOW: now, FIRST: this.buffer(x), SECOND: this.vector(gain), RESULT: y }, each((work) => count(work) * runs));
        };
        switch (op.name) {
            case 'embed':
            case 'position':
                return this.pieces(op.table).map((piece) => this.dispatch(`lookup ${op.name} of ${piece.type}`,
                    ['Lookup', { groups, first: piece.first, count: piece.count }],
                    { WEIGHT: piece.buffer, NOW: now, RESULT: y, PLACE: piece.place }, each((work) => work.tokens * groups)));
            case 'select':
                return [this.dispatch('select', ['Select', { groups }], { NOW: now, FIRST: this.buffer(op.x), RESULT: y }, each((work) => work.rows * groups))];
            case 'matmul':
                return [
                    ...this.pieces(op.w).map((piece) => {
                        const quads = Math.ceil(piece.count / QUAD);
                        return this.dispatch(`product_group of ${piece.type}, tile ${tile}`,
                            ['Product', { rows, xGroups: this.pitch(op.x) / QUAD, yGroups: groups, first: piece.first / QUAD, count: quads }],
                            { WEIGHT: piece.buffer, NOW: now, FIRST: this.buffer(op.x), RESULT: y, PLACE: piece.place },
                            (work, groupsOf) => {
                                const [x, z] = spread(groupsOf(piece.groups));
                                return [x, z, Math.ceil(count(work) / tile)];
                            });
                    }),
                    ...(op.b === null ? [] : [bias(op.b)]),
                ];
            case 'add':
            case 'mul':
                return [this.dispatch(`pair ${op.name}`, ['Pair', { rows, groups }],
                    { NOW: now, FIRST: this.buffer(op.a), SECOND: this.buffer(op.b), RESULT: y }, each((work) => count(work) * groups))];
            case 'relu':
            case 'silu':
            case 'gelu':
            case 'gelu_tanh':
                return map(op.name, op.x, 0);
            case 'scale':
                return map('scale', op.x, op.factor);
            case 'softcap':
                return map('softcap', op.x, op.cap);
            case 'rmsnorm':
                return [norm('rmsnorm_group', op.x, op.gain, op.epsilon)];
            case 'layernorm':
                return [norm('layernorm_group', op.x, op.gain, op.epsilon), ...(op.bias === null ? [] : [bias(op.bias)])];
            case 'rope': {
                const columns = this.columns(op.result);
                return [this.dispatch('rope', ['Rope', { pitch: this.pitch(op.result), columns, head: op.head, dims: op.dims, halves: op.halves }],
                    { NOW: now, FIRST: this.buffer(op.x), SECOND: this.turns(op), RESULT: y }, each((work) => work.tokens * columns))];
            }
            case 'mean': {
                const columns = this.columns(op.result);
                return [this.dispatch('mean', ['Mean', { pitch: this.pitch(op.result), columns }], { FIRST: this.buffer(op.x), RESULT: y }, each(() => columns), [op.sum])];
            }
            case 'attention':
                return this.planAttention(op, y, each);
            case 'route':
                return [this.dispatch('route', ['Route', {
                    rows, scoresPitch: this.pitch(op.scores), yPitch: this.pitch(op.result), experts: this.columns(op.scores), k: op.k, gate: op.gate,
                    normalise: op.normalise, scale: op.scale,
                }], { NOW: now, FIRST: this.buffer(op.scores), RESULT: y }, each(count))];
            case 'experts':
                return this.planExperts(op, y, rows, count, each);
            case 'combine': {
                const columns = this.columns(op.result);
                return [this.dispatch('combine', ['Combine', {
                    rows, k: this.columns(op.route) / 2, columns, xPitch: this.pitch(op.x), routePitch: this.pitch(op.route), yPitch: this.pitch(op.result),
                }], { NOW: now, FIRST: this.buffer(op.x), SECOND: this.buffer(op.route), RESULT: y }, each((work) => count(work) * columns))];
            }
            default:
                throw new CartridgeError(this.cartridge.file, 'WebGPU', 'an instruction that has kernels', op.name, 'Run it in plain JavaScript.');
        }
    }

    planAttention(op, y, each) {
        const { heads, kv_heads: kvHeads, window, scale, softcap } = op;
        const width = this.columns(op.result) / heads;
        const columns = this.columns(op.k);
        const stride = this.strideOf(op);
        const shape = ['Attention', { heads, sharedBy: heads / kvHeads, width, pitch: this.pitch(op.result), columns, window, stride, scale, softcap }];
        return [
            this.dispatch('remember', ['Remember', { pitch: this.pitch(op.k), columns }],
                { FIRST: this.buffer(op.k), SECOND: this.buffer(op.v) }, each((work) => work.tokens * columns), [op.keys, op.values]),
            this.dispatch('attention_scores', shape, { FIRST: this.buffer(op.q), RESULT: this.scores }, (work, groupsOf) => {
                const [y1, z] = spread(work.tokens * heads);
                return [groupsOf(Math.min(work.end, stride - 1)), y1, z];
            }, [op.keys]),
            this.dispatch('attention_weights_group', shape, { RESULT: this.scores }, each((work) => work.tokens * heads), []),
            this.dispatch('attention_mix', shape, { FIRST: this.scores, RESULT: y }, each((work) => work.tokens * heads * width), [op.values]),
        ];
    }

    planExperts(op, y, rows, count, each) {
        const k = this.columns(op.route) / 2;
        const outputs = this.columns(op.result) / k;
        const inputs = this.columns(op.w);
        const xStep = this.columns(op.x) === inputs ? 0 : inputs;
        const parts = Math.ceil((outputs % LINES === 0 ? outputs : outputs + LINES - 1) / LINES);
        const dispatches = this.pieces(op.w).map((piece) => this.dispatch(`experts_group of ${piece.type}`, ['Experts', {
            rows, k, parts, outputs, xPitch: this.pitch(op.x), xStep, routePitch: this.pitch(op.route), yPitch: this.pitch(op.result), first: piece.first, count: piece.count,
        }], { WEIGHT: piece.buffer, NOW: this.now, FIRST: this.buffer(op.x), SECOND: this.buffer(op.route), RESULT: y, PLACE: piece.place },
        each((work) => count(work) * k * parts)));
        if (op.b !== null) {
            dispatches.push(this.dispatch('experts_bias', ['ExpertsBias', { rows, k, outputs, routePitch: this.pitch(op.route), yPitch: this.pitch(op.result) }],
                { NOW: this.now, FIRST: this.vector(op.b), SECOND: this.buffer(op.route), RESULT: y }, each((work) => count(work) * k * outputs)));
        }
        return dispatches;
    }

    /** Two tables of angles: the first positions, and every TURN_STEP-th one. */
    turns(op) {
        const key = `turns ${op.numbers} ${op.factors}`;
        if (!this.tables.has(key)) {
            const factors = op.factors === null ? undefined : this.matrix(op.factors);
            const frequencies = frequenciesOf(op, factors);
            const pairs = frequencies.length;
            const steps = Math.ceil(this.program.context / TURN_STEP);
            const values = new Float32Array((TURN_STEP + steps) * op.dims);
            const put = (row, position, isNear) => frequencies.forEach((frequency, i) => {
                const length = isNear && factors ? factors[pairs + i] : 1;
                values[row * op.dims + i] = length * cos(position * frequency);
                values[row * op.dims + pairs + i] = length * sin(position * frequency);
            });
            for (let row = 0; row < TURN_STEP; row++) {
                put(row, row, true);
            }
            for (let step = 0; step < steps; step++) {
                put(TURN_STEP + step, step * TURN_STEP, false);
            }
            this.tables.set(key, this.upload(values));
        }
        return this.tables.get(key);
    }

    matrix(id) {
        const weight = this.cartridge.weights.get(id);
        const values = new Float32Array(weight.rows * weight.columns);
        for (let row = 0; row < weight.rows; row++) {
            weight.row(row, values, row * weight.columns);
        }
        return values;
    }
}

function padded(bytes) {
    const all = new Uint8Array(roundUp(bytes.length, 4));
    all.set(bytes);
    return all;
}

/** One text's keys, values and sums on the GPU, and its position. */
class GpuSession {
    constructor(machine) {
        this.machine = machine;
        this.position = 0;
        const { device } = machine;
        this.states = machine.stateBytes > 0 ? machine.storage(machine.stateBytes) : undefined;
        this.uniform = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
        this.groups = machine.perSession.map(({ pipeline, states }) => device.createBindGroup({
            layout: pipeline.getBindGroupLayout(1),
            entries: [
                { binding: SLOTS.SESSION[1], resource: { buffer: this.uniform } },
                ...states.map((id, i) => ({
                    binding: SLOTS[i === 0 ? 'FIRST_STATE' : 'SECOND_STATE'][1],
                    resource: { buffer: this.states, offset: machine.stateOffsets.get(id), size: 4 * machine.program.tensors[id].rows * machine.columns(id) },
                })),
            ],
        }));
    }

    /** Forgets the text. */
    reset() {
        this.position = 0;
        if (this.states) {
            const commands = this.machine.device.createCommandEncoder();
            commands.clearBuffer(this.states);
            this.machine.device.queue.submit([commands.finish()]);
        }
    }

    /**
     * Takes in tokens.
     *
     * @returns {Promise<Float32Array>} the logits after the last `rows` of them // [rows, vocabulary]
     */
    async run(tokens, { rows = 1 } = {}) {
        const { maxTokens, program } = this.machine;
        if (this.position + tokens.length > program.context || tokens.some((id) => !(id >= 0 && id < program.vocabulary))) {
            throw new RangeError(`expected ids below ${program.vocabulary} and at most ${program.context} positions`);
        }
        const logits = new Float32Array(rows * program.vocabulary);
        let done = 0;
        for (let from = 0; from < tokens.length; from += maxTokens) {
            const part = tokens.slice(from, from + maxTokens);
            const asked = Math.max(0, Math.min(part.length, from + part.length - (tokens.length - rows)));
            const some = await this.pass(part, asked);
            logits.set(some, done * program.vocabulary);
            done += asked;
        }
        return logits;
    }

    async pass(tokens, rows) {
        const { machine } = this;
        const { device, program } = machine;
        const words = 2 + tokens.length + rows;
        const now = new Uint8Array(4 * words + roundUp(3 * (tokens.length + 1), 4));
        const view = new DataView(now.buffer);
        [tokens.length, rows, ...tokens.map((_, i) => this.position + i), ...Array.from({ length: rows }, (_, i) => tokens.length - rows + i)]
            .forEach((word, i) => view.setUint32(4 * i, word, true));
        now.set([tokens.length & 255, tokens.length >> 8, 1], 4 * words);
        tokens.forEach((id, i) => now.set([id & 255, (id >> 8) & 255, id >> 16], 4 * words + 3 * (i + 1)));
        device.queue.writeBuffer(machine.now, 0, now);
        device.queue.writeBuffer(this.uniform, 0, Uint32Array.of(0, tokens.length, this.position, 0));
        const work = { tokens: tokens.length, rows, end: this.position + tokens.length };
        const commands = device.createCommandEncoder();
        for (const { instruction, single, several } of machine.stages) {
            const isRows = program.tensors[instruction.result].shape[0] === 'R';
            for (const each of (isRows ? rows : tokens.length) === 1 ? single : several) {
                const extent = each.extent(work);
                if (extent.every((count) => count > 0)) {
                    const compute = commands.beginComputePass();
                    compute.setPipeline(each.pipeline);
                    compute.setBindGroup(0, each.group);
                    if (each.session !== undefined) {
                        compute.setBindGroup(1, this.groups[each.session]);
                    }
                    compute.dispatchWorkgroups(...extent);
                    compute.end();
                }
            }
        }
        const pitch = machine.pitch(program.output);
        const back = device.createBuffer({ size: Math.max(4, 4 * pitch * rows), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
        if (rows > 0) {
            commands.copyBufferToBuffer(machine.buffer(program.output), 0, back, 0, 4 * pitch * rows);
        }
        device.queue.submit([commands.finish()]);
        await back.mapAsync(GPUMapMode.READ);
        const all = new Float32Array(back.getMappedRange().slice(0));
        back.destroy();
        this.position += tokens.length;
        const logits = new Float32Array(rows * program.vocabulary);
        for (let row = 0; row < rows; row++) {
            logits.set(all.subarray(row * pitch, row * pitch + program.vocabulary), row * program.vocabulary);
        }
        return logits;
    }
}
