/** Programs as pixels, read back and checked: docs/pxvm.md draws the rows. */

import { LIMITS, OPCODES, ROLES } from './opcodes.js';
import { TYPES } from './weights.js';
import { CartridgeError } from './errors.js';

const WIDTH = 24;
const NAME_PIXEL = 10;
const NAME_BYTES = 42;
const OPERAND_PIXEL = 2;
const ATTRIBUTE_PIXEL = 8;
const IDS = 255; // the type of the input
const F32 = 1;
const KINDS = ['fixed', 'T', 'R'];
const ADMITTED = {
    RESULT: ['scratch', 'output'], VALUE: ['scratch'], WEIGHT: ['weight'], TABLE: ['weight'], TOKENS: ['input'], STATE: ['state'],
};
const BY_COLOUR = new Map(OPCODES.map((opcode) => [opcode.colour, opcode]));
const float = new Float32Array(1);
const word32 = new Int32Array(float.buffer);

/**
 * A program of these pixels, checked: what passes reads and writes nothing outside its tensors.
 *
 * @param {Uint8Array} rgb // [rows, 24, 3]
 * @returns {{context: number, tensors: object[], instructions: object[], input: number, output: number, vocabulary: number}}
 */
export function readProgram(rgb, file) {
    const rows = rgb.length / (3 * WIDTH);
    const fault = (place, expected, found) =>
        new CartridgeError(file, `program, ${place}`, expected, found, 'Make the cartridge again.');
    const colour = (x, y) => {
        const at = 3 * (y * WIDTH + x);
        return (rgb[at] << 16) | (rgb[at + 1] << 8) | rgb[at + 2];
    };
    const word = (x, y, mark = 0) => {
        const at = 3 * (y * WIDTH + x);
        if (rgb[at + 4] !== mark || rgb[at + 5] !== 0) {
            throw fault(`row ${y}, pixel ${x + 1}`, `G = ${mark} and B = 0`, `G = ${rgb[at + 4]}, B = ${rgb[at + 5]}`);
        }
        return rgb[at] | (rgb[at + 1] << 8) | (rgb[at + 2] << 16) | (rgb[at + 3] << 24);
    };
    const reference = (x, y) => {
        const at = 3 * (y * WIDTH + x);
        const id = rgb[at] | (rgb[at + 1] << 8);
        if (rgb[at + 2] > 1 || (rgb[at + 2] === 0 && id !== 0)) {
            throw fault(`row ${y}, pixel ${x}`, 'B = 1 beside a tensor id, or black', `B = ${rgb[at + 2]}`);
        }
        return rgb[at + 2] === 1 ? id : null;
    };
    const black = (from, to, y) => {
        for (let x = from; x < to; x++) {
            if (colour(x, y) !== 0) {
                throw fault(`row ${y}, pixel ${x}`, 'black: unused', `colour ${colour(x, y).toString(16)}`);
            }
        }
    };
    if (rows < 1 || !Number.isInteger(rows) || colour(0, 0) !== 0x707856 || rgb[3] !== 0x4d) {
        throw fault('pixel 0', 'a program image, beginning with the bytes pxVM', 'other pixels');
    }
    if (rgb[4] !== 1 || rgb[5] !== 0) {
        throw fault('row 0', 'program version 1', `version ${rgb[4] + 256 * rgb[5]}`);
    }
    const [tensorCount, instructionCount, context] = [word(2, 0), word(4, 0), word(6, 0)];
    if (tensorCount < 0 || instructionCount < 0 || 1 + tensorCount + instructionCount !== rows) {
        throw fault('row 0', `${1 + tensorCount + instructionCount} rows`, `${rows} rows`);
    }
    black(8, WIDTH, 0);
    const tensors = [];
    for (let y = 1; y <= tensorCount; y++) {
        const role = ROLES[colour(0, y)];
        const at = 3 * (y * WIDTH + 1);
        const [code, rank] = [rgb[at], rgb[at + 1]];
        if (!role || (!TYPES.has(code) && code !== IDS) || rgb[at + 2] !== 0 || rank < 1 || rank > LIMITS.rank) {
            throw fault(`row ${y}`, 'a role, a type and one to four dimensions', `type ${code}, rank ${rank}`);
        }
        const shape = Array.from({ length: rank }, (_, i) => {
            const mark = rgb[3 * (y * WIDTH + 3 + 2 * i) + 1];
            const size = word(2 + 2 * i, y, mark);
            if (mark > 2 || (mark > 0 && size !== 0)) {
                throw fault(`row ${y}, pixel ${3 + 2 * i}`, 'a size, or T or R without one', `kind ${mark}`);
            }
            return mark === 0 ? size : KINDS[mark];
        });
        black(2 + 2 * rank, NAME_PIXEL, y);
        const start = 3 * (y * WIDTH + NAME_PIXEL);
        const bytes = [...rgb.subarray(start, start + NAME_BYTES)];
        const end = bytes.indexOf(0);
        const name = String.fromCharCode(...(end < 0 ? bytes : bytes.slice(0, end)));
        if (end >= 0 && bytes.slice(end).some((byte) => byte !== 0)) {
            throw fault(`row ${y}`, 'a name padded with zeros', 'bytes after its end');
        }
        const columns = shape[shape.length - 1];
        const tensorRows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
        tensors.push({ name, role, code, shape, columns, rows: tensorRows });
    }
    const instructions = [];
    for (let y = 1 + tensorCount; y < rows; y++) {
        const opcode = BY_COLOUR.get(colour(0, y));
        if (!opcode) {
            throw fault(`row ${y}, pixel 0`, 'the colour of an instruction', `colour ${colour(0, y).toString(16)}`);
        }
        const operands = opcode.operands.map((_, i) => reference(OPERAND_PIXEL + i, y));
        black(OPERAND_PIXEL + operands.length, ATTRIBUTE_PIXEL, y);
        const attributes = opcode.attributes.map((attribute, i) => {
            word32[0] = word(ATTRIBUTE_PIXEL + 2 * i, y);
            return attribute.kind === 'INT' ? word32[0] : float[0];
        });
        black(ATTRIBUTE_PIXEL + 2 * attributes.length, WIDTH, y);
        const instruction = { opcode, name: opcode.name, result: reference(1, y), numbers: attributes };
        opcode.operands.forEach((operand, i) => (instruction[operand.name] = operands[i]));
        opcode.attributes.forEach((attribute, i) => (instruction[attribute.name] = attributes[i]));
        instructions.push(instruction);
    }
    const program = { context, tensors, instructions };
    check(program, fault);
    program.input = tensors.findIndex((tensor) => tensor.role === 'input');
    program.output = tensors.findIndex((tensor) => tensor.role === 'output');
    program.vocabulary = tensors[program.output].columns;
    return program;
}

/** Up to this context, a text that outgrows it is read again as a whole for each token. */
const SHORT_CONTEXT = 16;

/** With how many of its last tokens a text that fills the context is read again. */
export function keptContext(context) {
    return context <= SHORT_CONTEXT ? context : context - (context >> 1);
}

function check({ context, tensors, instructions }, fault) {
    const require = (fits, place, expected, found) => {
        if (!fits) {
            throw fault(place, expected, found);
        }
    };
    require(context >= 1 && context <= LIMITS.context, 'context', `1 to ${LIMITS.context}`, context);
    require(tensors.length > 0 && instructions.length > 0, 'row 0', 'tensors and instructions', 'none');
    const names = new Set();
    tensors.forEach((tensor, id) => {
        const place = `tensor ${id} (${JSON.stringify(tensor.name)})`;
        require(/^[A-Za-z_][A-Za-z0-9_.]*$/.test(tensor.name), place, 'a name of letters, digits, dots', 'another');
        require(!names.has(tensor.name), place, 'a name used once', 'a second one');
        names.add(tensor.name);
        const shape = tensor.shape.join(' ');
        const sizes = tensor.shape.filter((size) => typeof size === 'number');
        require(sizes.every((size) => size >= 1), place, 'dimensions of at least 1', `[${shape}]`);
        const elements = sizes.reduce((product, size) => product * size, 1);
        require(elements <= LIMITS.elements, place, `at most ${LIMITS.elements} elements`, elements);
        const patterns = {
            input: /^T$/, output: /^R \d+$/, scratch: /^[TR] \d+$/, state: /^[\d ]+$/, weight: /^[\d ]+$/,
        };
        require(patterns[tensor.role].test(shape), place, `a shape of a ${tensor.role} tensor`, `[${shape}]`);
        const isRight = { input: tensor.code === IDS, weight: tensor.code !== IDS }[tensor.role] ?? tensor.code === F32;
        require(isRight, place, `a type of a ${tensor.role} tensor`, `code ${tensor.code}`);
        require(tensor.role === 'weight' || !sizes.length || tensor.columns <= LIMITS.width, place,
            `at most ${LIMITS.width} columns`, tensor.columns);
    });
    const of = (role) => tensors.filter((tensor) => tensor.role === role);
    require(of('input').length === 1 && of('output').length === 1, 'tensors', 'one input and one output', 'others');
    const vocabulary = of('output')[0].columns;
    const written = new Set();
    const states = new Set();
    instructions.forEach((instruction, at) => {
        const { opcode } = instruction;
        const place = `instruction ${at} (${opcode.name})`;
        const sizes = new Map([['T', 'T'], ['R', 'R']]);
        for (const operand of [...opcode.operands, opcode.result]) {
            const isResult = operand === opcode.result;
            const id = isResult ? instruction.result : instruction[operand.name];
            const where = `${place}, ${operand.name}`;
            if (id === null) {
                require(operand.optional, where, 'a tensor', 'none');
                continue;
            }
            const tensor = tensors[id];
            require(tensor && ADMITTED[operand.kind].includes(tensor.role), where, operand.kind, tensor?.role ?? id);
            const words = operand.shape.split(' ');
            require(words.length === tensor.shape.length, where, `[${operand.shape}]`, `[${tensor.shape}]`);
            words.forEach((word, i) => {
                if (!sizes.has(word)) {
                    sizes.set(word, tensor.shape[i]);
                }
                require(sizes.get(word) === tensor.shape[i], where, `[${operand.shape}]`, `[${tensor.shape}]`);
            });
            require(operand.kind !== 'VALUE' || written.has(id), where, 'a tensor written before', tensor.name);
            require(operand.kind !== 'TABLE' || tensor.rows >= vocabulary, where, `${vocabulary} rows`, tensor.rows);
            require(operand.kind !== 'STATE' || !states.has(id), where, 'a state of its own', tensor.name);
            if (operand.kind === 'STATE') {
                states.add(id);
            }
        }
        opcode.attributes.forEach(({ name, min, max }) => {
            const value = instruction[name];
            require(value >= min && value <= max, `${place}, ${name}`, `${min} to ${max}`, value);
        });
        const broken = ruleOf(instruction, tensors, context, instructions);
        require(!broken, place, broken, 'other shapes or attributes');
        require(!written.has(instruction.result), place, 'a result that nothing wrote before', 'one written again');
        written.add(instruction.result);
    });
    require(written.has(tensors.findIndex((tensor) => tensor.role === 'output')), 'output', 'to be written', 'none');
}

/** What an opcode asks of shapes and attributes together and does not get; undefined where all is well. */
function ruleOf(op, tensors, context, instructions) {
    const columns = (id) => tensors[id].columns;
    const routeOf = (id) => instructions.find(({ name, result }) => name === 'route' && result === id);
    switch (op.name) {
        case 'rmsnorm':
            return columns(op.x) % columns(op.gain) ? 'a gain whose length divides the columns' : undefined;
        case 'position':
            return tensors[op.table].rows < context ? 'a row for each position' : undefined;
        case 'rope':
            if (columns(op.x) % op.head || op.dims > op.head || op.dims % 2) {
                return 'heads that divide the columns, and even dims of at most a head';
            }
            if (op.factors !== null && (tensors[op.factors].code !== F32 || columns(op.factors) !== op.dims / 2)) {
                return 'factors for each pair, in f32';
            }
            return op.original > 0 && !(op.high > op.low) ? 'high above low' : undefined;
        case 'attention': {
            const [q, kv] = [columns(op.q), columns(op.k)];
            if (q % op.heads || op.heads % op.kv_heads || (q / op.heads) * op.kv_heads !== kv) {
                return 'heads that divide q and are shared evenly by k and v heads of the same width';
            }
            const isWhole = tensors[op.keys].rows === context && tensors[op.values].rows === context;
            return isWhole ? undefined : 'keys and values with a row for each position';
        }
        case 'route':
            return op.k > columns(op.scores) || columns(op.result) !== 2 * op.k
                ? 'at most as many experts as scores, and a number and a weight for each' : undefined;
        case 'experts': {
            const [route, rows, inputs] = [routeOf(op.route), tensors[op.w].rows, columns(op.w)];
            if (!route || columns(route.scores) !== op.n || rows % op.n !== 0) {
                return 'the result of a route over n scores, and as many rows of w for each of n experts';
            }
            const fits = [inputs, route.k * inputs].includes(columns(op.x)) && columns(op.result) === route.k * (rows / op.n);
            return fits ? undefined : 'x of one or of k times the columns of w, and y of k times the rows of an expert';
        }
        case 'combine': {
            const route = routeOf(op.route);
            return route && columns(op.x) === route.k * columns(op.result) ? undefined : 'a route, and a part of x for each of its experts';
        }
        default:
            return undefined;
    }
}
