// Made from the opcode table of the pxVM (WebTableTest); not to be changed by hand.

/** The bounds of every program. */
export const LIMITS = { tensors: 65535, instructions: 65535, context: 16777216, rank: 4, width: 1048576, elements: 8589934592 };

/** What a tensor is for, by its colour. */
export const ROLES = {
    0xe8b84a: 'input',
    0x4f7cac: 'weight',
    0x9b5de5: 'state',
    0x8d99ae: 'scratch',
    0x2a9d8f: 'output',
};

/** Instructions, by their colour. */
export const OPCODES = [
    {
        name: 'embed', colour: 0xf4a261, meaning: 'y[t] = table[tokens[t]]: one row of the table for each token',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'T d' },
        operands: [
            { name: 'tokens', kind: 'TOKENS', optional: false, shape: 'T' },
            { name: 'table', kind: 'TABLE', optional: false, shape: 'v d' },
        ],
        attributes: [],
    },
    {
        name: 'mean', colour: 0x9b5de5, meaning: 'y[t] = mean of x over this session\'s tokens up to and including t; the running sum is kept in f32, so that the answer does not depend on how a text is cut into steps',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'T d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'T d' },
            { name: 'sum', kind: 'STATE', optional: false, shape: 'd' },
        ],
        attributes: [],
    },
    {
        name: 'select', colour: 0xf15bb5, meaning: 'y = the rows of x whose logits are asked for',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'R d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'T d' },
        ],
        attributes: [],
    },
    {
        name: 'matmul', colour: 0x3a86ff, meaning: 'y[r, o] = Σ_i x[r, i] · w[o, i] + b[o]',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n o' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n i' },
            { name: 'w', kind: 'WEIGHT', optional: false, shape: 'o i' },
            { name: 'b', kind: 'WEIGHT', optional: true, shape: 'o' },
        ],
        attributes: [],
    },
    {
        name: 'add', colour: 0x06d6a0, meaning: 'y = a + b, element by element',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'a', kind: 'VALUE', optional: false, shape: 'n d' },
            { name: 'b', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [],
    },
    {
        name: 'mul', colour: 0x118ab2, meaning: 'y = a · b, element by element',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'a', kind: 'VALUE', optional: false, shape: 'n d' },
            { name: 'b', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [],
    },
    {
        name: 'relu', colour: 0xef476f, meaning: 'y = max(x, 0)',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [],
    },
    {
        name: 'silu', colour: 0xf78c6b, meaning: 'y = x / (1 + e⁻ˣ)',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [],
    },
    {
        name: 'gelu', colour: 0xffd166, meaning: 'y = x/2 · (1 + erf(x/√2))',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [],
    },
    {
        name: 'gelu_tanh', colour: 0xe9c46a, meaning: 'y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [],
    },
    {
        name: 'scale', colour: 0x83c5be, meaning: 'y = factor · x',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [
            { name: 'factor', kind: 'FLOAT', min: -1000000.0, max: 1000000.0 },
        ],
    },
    {
        name: 'softcap', colour: 0x5e548e, meaning: 'y = cap · tanh(x / cap)',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
        ],
        attributes: [
            { name: 'cap', kind: 'FLOAT', min: 0.001, max: 1000000.0 },
        ],
    },
    {
        name: 'rmsnorm', colour: 0x8ac926, meaning: 'y = x / √(mean(x²) + epsilon) · gain, over each run of g columns (g = d, or one head for a norm of queries and keys)',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
            { name: 'gain', kind: 'WEIGHT', optional: false, shape: 'g' },
        ],
        attributes: [
            { name: 'epsilon', kind: 'FLOAT', min: 0.0, max: 1.0 },
        ],
    },
    {
        name: 'layernorm', colour: 0xb5e48c, meaning: 'y = (x − mean(x)) / √(variance(x) + epsilon) · gain + bias',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'n d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'n d' },
            { name: 'gain', kind: 'WEIGHT', optional: false, shape: 'd' },
            { name: 'bias', kind: 'WEIGHT', optional: true, shape: 'd' },
        ],
        attributes: [
            { name: 'epsilon', kind: 'FLOAT', min: 0.0, max: 1.0 },
        ],
    },
    {
        name: 'position', colour: 0xdda15e, meaning: 'y[t] = table[position of t]: learned positions, to be added to the embedding',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'T d' },
        operands: [
            { name: 'table', kind: 'WEIGHT', optional: false, shape: 'c d' },
        ],
        attributes: [],
    },
    {
        name: 'rope', colour: 0x00bbf9, meaning: 'rotates pairs of x by position · frequency, the first dims columns of each run of head columns; pairs are neighbours (halves = 0) or half of dims apart (halves = 1); frequency = theta^(−2i/dims), then divided by factor, and where original > 0 only as far as Llama 3 does between wavelengths original/low and original/high; factors [2, dims/2], where there are, divide each pair\'s frequency further (first row) and multiply its cosine and sine (second row)',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'T d' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'T d' },
            { name: 'factors', kind: 'WEIGHT', optional: true, shape: 's p' },
        ],
        attributes: [
            { name: 'head', kind: 'INT', min: 2.0, max: 1048576.0 },
            { name: 'dims', kind: 'INT', min: 2.0, max: 1048576.0 },
            { name: 'halves', kind: 'INT', min: 0.0, max: 1.0 },
            { name: 'theta', kind: 'FLOAT', min: 1.0, max: 1.0E9 },
            { name: 'factor', kind: 'FLOAT', min: 0.001, max: 1000000.0 },
            { name: 'low', kind: 'FLOAT', min: 0.0, max: 1000000.0 },
            { name: 'high', kind: 'FLOAT', min: 0.0, max: 1000000.0 },
            { name: 'original', kind: 'FLOAT', min: 0.0, max: 1.0E9 },
        ],
    },
    {
        name: 'attention', colour: 0xff006e, meaning: 'appends k and v to the session\'s keys and values; each query head then takes the mean of the values up to its position, weighted by softmax(scale · q·k); several query heads share a key head; window > 0 limits how far it looks back; softcap > 0 bounds the scores',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'T q' },
        operands: [
            { name: 'q', kind: 'VALUE', optional: false, shape: 'T q' },
            { name: 'k', kind: 'VALUE', optional: false, shape: 'T m' },
            { name: 'v', kind: 'VALUE', optional: false, shape: 'T m' },
            { name: 'keys', kind: 'STATE', optional: false, shape: 'c m' },
            { name: 'values', kind: 'STATE', optional: false, shape: 'c m' },
        ],
        attributes: [
            { name: 'heads', kind: 'INT', min: 1.0, max: 65536.0 },
            { name: 'kv_heads', kind: 'INT', min: 1.0, max: 65536.0 },
            { name: 'scale', kind: 'FLOAT', min: -1000.0, max: 1000.0 },
            { name: 'window', kind: 'INT', min: 0.0, max: 1.6777216E7 },
            { name: 'softcap', kind: 'FLOAT', min: 0.0, max: 1000000.0 },
        ],
    },
    {
        name: 'route', colour: 0x7209b7, meaning: 'y[r] = the k experts with the highest scores, the lower number first where two are equal: their k numbers, then their k weights: softmax over all scores (gate = 0), softmax over the k (gate = 1) or 1 / (1 + e⁻ˣ) of each (gate = 2); divided by their sum where normalise = 1; times scale',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'r w' },
        operands: [
            { name: 'scores', kind: 'VALUE', optional: false, shape: 'r n' },
        ],
        attributes: [
            { name: 'k', kind: 'INT', min: 1.0, max: 256.0 },
            { name: 'gate', kind: 'INT', min: 0.0, max: 2.0 },
            { name: 'normalise', kind: 'INT', min: 0.0, max: 1.0 },
            { name: 'scale', kind: 'FLOAT', min: -1000000.0, max: 1000000.0 },
        ],
    },
    {
        name: 'experts', colour: 0x4361ee, meaning: 'y[r, j·o + a] = Σ_i x[r, i] · w[e·o + a, i] + b[e·o + a], for each of the k experts e that the row\'s route chose, in its order j; w holds the o rows of each of n experts, one after the other, and x has i columns for all or k·i, i for each; only the chosen experts\' rows are read',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'r p' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'r c' },
            { name: 'route', kind: 'VALUE', optional: false, shape: 'r w' },
            { name: 'w', kind: 'WEIGHT', optional: false, shape: 'm i' },
            { name: 'b', kind: 'WEIGHT', optional: true, shape: 'm' },
        ],
        attributes: [
            { name: 'n', kind: 'INT', min: 1.0, max: 1048576.0 },
        ],
    },
    {
        name: 'combine', colour: 0x73d2de, meaning: 'y[r, a] = Σ_j weight_j · x[r, j·o + a], with the k weights of the row\'s route',
        result: { name: 'y', kind: 'RESULT', optional: false, shape: 'r o' },
        operands: [
            { name: 'x', kind: 'VALUE', optional: false, shape: 'r p' },
            { name: 'route', kind: 'VALUE', optional: false, shape: 'r w' },
        ],
        attributes: [],
    },
];
