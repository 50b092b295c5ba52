// Made from the kernels of the WebGPU executor (WebKernelsTest); not to be changed by hand.

/** Rows of x that a product takes at a time when there are several. */
export const TILE = 4;

/** Positions in the first table of angles, and from one row of the second table to the next. */
export const TURN_STEP = 256;

/** Rows of a weight that a thread reads at a time, and columns of a group. */
export const QUAD = 4;

/** The most workgroups of a dispatch in one dimension. */
export const MAX_WORKGROUPS = 65535;

/** Where kernels find their memory: group and number. */
export const SLOTS = {
  "SHAPE": [
    0,
    0
  ],
  "WEIGHT": [
    0,
    1
  ],
  "NOW": [
    0,
    2
  ],
  "FIRST": [
    0,
    3
  ],
  "SECOND": [
    0,
    4
  ],
  "RESULT": [
    0,
    5
  ],
  "PLACE": [
    0,
    6
  ],
  "PICTURE": [
    0,
    7
  ],
  "SESSION": [
    1,
    0
  ],
  "FIRST_STATE": [
    1,
    1
  ],
  "SECOND_STATE": [
    1,
    2
  ]
};

/** Members of the structs that kernels are given, in order, each with its type. */
export const STRUCTS = {
  "Map": {
    "rows": "u32",
    "groups": "u32",
    "number": "f32"
  },
  "Pair": {
    "rows": "u32",
    "groups": "u32"
  },
  "Bias": {
    "rows": "u32",
    "groups": "u32"
  },
  "Select": {
    "groups": "u32"
  },
  "Lookup": {
    "groups": "u32",
    "first": "u32",
    "count": "u32"
  },
  "Product": {
    "rows": "u32",
    "xGroups": "u32",
    "yGroups": "u32",
    "first": "u32",
    "count": "u32"
  },
  "Norm": {
    "rows": "u32",
    "pitch": "u32",
    "runs": "u32",
    "columns": "u32",
    "epsilon": "f32"
  },
  "Rope": {
    "pitch": "u32",
    "columns": "u32",
    "head": "u32",
    "dims": "u32",
    "halves": "u32"
  },
  "Mean": {
    "pitch": "u32",
    "columns": "u32"
  },
  "Remember": {
    "pitch": "u32",
    "columns": "u32"
  },
  "Attention": {
    "heads": "u32",
    "sharedBy": "u32",
    "width": "u32",
    "pitch": "u32",
    "columns": "u32",
    "window": "u32",
    "stride": "u32",
    "scale": "f32",
    "softcap": "f32"
  },
  "Route": {
    "rows": "u32",
    "scoresPitch": "u32",
    "yPitch": "u32",
    "experts": "u32",
    "k": "u32",
    "gate": "u32",
    "normalise": "u32",
    "scale": "f32"
  },
  "Experts": {
    "rows": "u32",
    "k": "u32",
    "parts": "u32",
    "outputs": "u32",
    "xPitch": "u32",
    "xStep": "u32",
    "routePitch": "u32",
    "yPitch": "u32",
    "first": "u32",
    "count": "u32"
  },
  "ExpertsBias": {
    "rows": "u32",
    "k": "u32",
    "outputs": "u32",
    "routePitch": "u32",
    "yPitch": "u32"
  },
  "Combine": {
    "rows": "u32",
    "k": "u32",
    "columns": "u32",
    "xPitch": "u32",
    "routePitch": "u32",
    "yPitch": "u32"
  },
  "Draw": {
    "vocabulary": "u32",
    "pitch": "u32",
    "parts": "u32"
  },
  "Session": {
    "first": "u32",
    "count": "u32",
    "position": "u32"
  },
  "Place": {
    "stride": "u32",
    "columns": "u32",
    "low": "f32",
    "span": "f32"
  }
};

/** Bytes of an element of the array that kernels read a weight type as. */
export const UNITS = {
  "f32": 16,
  "u8": 4,
  "f16": 8,
  "bf16": 8,
  "q8": 4,
  "q4": 4,
  "q8m": 4,
  "q4m": 4,
  "q8k16": 4,
  "q4k16": 4,
  "q4k16m": 4,
  "q4k32m": 4,
  "q8k32m": 4
};

/** Kernels by name: declarations, and the sources that follow them. */
export const KERNELS = {
  "attention_mix": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// attention_mix\n\nconst THREADS = 64u;\n\nstruct Shape {\n    heads: u32,\n    shared_by: u32,\n    width: u32,\n    pitch: u32,\n    columns: u32,\n    window: u32,\n    stride: u32,\n    scale: f32,\n    softcap: f32,\n}\n\nstruct Session {\n    first: u32,\n    count: u32,\n    position: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(3) var<storage, read> scores: array<f32>; // [units, stride]\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [T, pitch]\n@group(1) @binding(0) var<uniform> session: Session; // its tokens in this pass\n@group(1) @binding(1) var<storage, read> values: array<f32>; // [context, columns]\n",
    "sources": [
      "attention",
      "attention_mix"
    ]
  },
  "attention_scores": {
    "threads": 32,
    "workgroupEach": false,
    "declarations": "// attention_scores\n\nconst THREADS = 32u;\n\nstruct Shape {\n    heads: u32,\n    shared_by: u32,\n    width: u32,\n    pitch: u32,\n    columns: u32,\n    window: u32,\n    stride: u32,\n    scale: f32,\n    softcap: f32,\n}\n\nstruct Session {\n    first: u32,\n    count: u32,\n    position: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(3) var<storage, read> q: array<f32>; // [T, pitch]\n@group(0) @binding(5) var<storage, read_write> scores: array<f32>; // [units, stride]\n@group(1) @binding(0) var<uniform> session: Session; // its tokens in this pass\n@group(1) @binding(1) var<storage, read> keys: array<f32>; // [context, columns]\n",
    "sources": [
      "tanh",
      "attention",
      "attention_scores"
    ]
  },
  "attention_weights_group": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// attention_weights_group\n\nconst THREADS = 64u;\n\nstruct Shape {\n    heads: u32,\n    shared_by: u32,\n    width: u32,\n    pitch: u32,\n    columns: u32,\n    window: u32,\n    stride: u32,\n    scale: f32,\n    softcap: f32,\n}\n\nstruct Session {\n    first: u32,\n    count: u32,\n    position: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(5) var<storage, read_write> scores: array<f32>; // [units, stride]\n@group(1) @binding(0) var<uniform> session: Session; // its tokens in this pass\n",
    "sources": [
      "sum_group",
      "attention",
      "attention_weights_group"
    ]
  },
  "bias": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// bias\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> b: array<vec4<f32>>; // [groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "bias"
    ]
  },
  "combine": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// combine\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    columns: u32,\n    x_pitch: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n",
    "sources": [
      "combine"
    ]
  },
  "experts_bias": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// experts_bias\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    outputs: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> b: array<f32>; // [experts · outputs]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n",
    "sources": [
      "experts_bias"
    ]
  },
  "experts_group of bf16": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of bf16\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_bf16",
      "weight_plain",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of f16": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of f16\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f16",
      "weight_plain",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of f32": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of f32\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f32",
      "weight_plain",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q4\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 72u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 8u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q4k16": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q4k16\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 584u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 36u;\nconst CODE_WORDS = 32u;\nconst ZERO = 8u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q4k16m": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q4k16m\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 656u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 40u;\nconst CODE_WORDS = 32u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q4k32m": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q4k32m\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 592u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q4m": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q4m\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 80u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 80u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q8": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q8\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 136u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q8k16": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q8k16\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 1096u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 68u;\nconst CODE_WORDS = 64u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q8k32m": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q8k32m\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 1104u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of q8m": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of q8m\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 144u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 144u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "experts",
      "experts_group"
    ]
  },
  "experts_group of u8": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// experts_group of u8\n\nconst THREADS = 64u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    k: u32,\n    parts: u32,\n    outputs: u32,\n    x_pitch: u32,\n    x_step: u32,\n    route_pitch: u32,\n    y_pitch: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, x_pitch]\n@group(0) @binding(4) var<storage, read> route: array<f32>; // [rows, route_pitch]: numbers of experts, then weights\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_u8",
      "weight_plain",
      "experts",
      "experts_group"
    ]
  },
  "layernorm_group": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// layernorm_group\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    pitch: u32,\n    runs: u32,\n    columns: u32,\n    epsilon: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, pitch]\n@group(0) @binding(4) var<storage, read> gain: array<f32>; // [columns]\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, pitch]\n",
    "sources": [
      "sum_group",
      "layernorm_group"
    ]
  },
  "lookup embed of bf16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of bf16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_bf16",
      "weight_plain",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of f16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of f16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f16",
      "weight_plain",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of f32": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of f32\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f32",
      "weight_plain",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q4": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q4\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 72u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 8u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q4k16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q4k16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 584u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 36u;\nconst CODE_WORDS = 32u;\nconst ZERO = 8u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q4k16m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q4k16m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 656u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 40u;\nconst CODE_WORDS = 32u;\nconst ZERO = 0u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q4k32m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q4k32m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 592u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q4m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q4m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 80u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 80u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q8": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q8\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 136u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q8k16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q8k16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 1096u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 68u;\nconst CODE_WORDS = 64u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q8k32m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q8k32m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 1104u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of q8m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of q8m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 144u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 144u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "embed",
      "lookup"
    ]
  },
  "lookup embed of u8": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup embed of u8\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_u8",
      "weight_plain",
      "embed",
      "lookup"
    ]
  },
  "lookup position of bf16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of bf16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_bf16",
      "weight_plain",
      "position",
      "lookup"
    ]
  },
  "lookup position of f16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of f16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f16",
      "weight_plain",
      "position",
      "lookup"
    ]
  },
  "lookup position of f32": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of f32\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f32",
      "weight_plain",
      "position",
      "lookup"
    ]
  },
  "lookup position of q4": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q4\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 72u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 8u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "position",
      "lookup"
    ]
  },
  "lookup position of q4k16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q4k16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 584u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 36u;\nconst CODE_WORDS = 32u;\nconst ZERO = 8u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "position",
      "lookup"
    ]
  },
  "lookup position of q4k16m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q4k16m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 656u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 40u;\nconst CODE_WORDS = 32u;\nconst ZERO = 0u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "position",
      "lookup"
    ]
  },
  "lookup position of q4k32m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q4k32m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 592u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "position",
      "lookup"
    ]
  },
  "lookup position of q4m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q4m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 80u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 80u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "position",
      "lookup"
    ]
  },
  "lookup position of q8": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q8\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 136u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "position",
      "lookup"
    ]
  },
  "lookup position of q8k16": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q8k16\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 1096u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 68u;\nconst CODE_WORDS = 64u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "position",
      "lookup"
    ]
  },
  "lookup position of q8k32m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q8k32m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 1104u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "position",
      "lookup"
    ]
  },
  "lookup position of q8m": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of q8m\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 144u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 144u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "position",
      "lookup"
    ]
  },
  "lookup position of u8": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// lookup position of u8\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_u8",
      "weight_plain",
      "position",
      "lookup"
    ]
  },
  "map gelu": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// map gelu\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n    number: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "gelu",
      "map"
    ]
  },
  "map gelu_tanh": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// map gelu_tanh\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n    number: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "tanh",
      "gelu_tanh",
      "map"
    ]
  },
  "map relu": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// map relu\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n    number: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "relu",
      "map"
    ]
  },
  "map scale": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// map scale\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n    number: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "scale",
      "map"
    ]
  },
  "map silu": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// map silu\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n    number: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "silu",
      "map"
    ]
  },
  "map softcap": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// map softcap\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n    number: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "tanh",
      "softcap",
      "map"
    ]
  },
  "mean": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// mean\n\nconst THREADS = 64u;\n\nstruct Shape {\n    pitch: u32,\n    columns: u32,\n}\n\nstruct Session {\n    first: u32,\n    count: u32,\n    position: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [T, pitch]\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [T, pitch]\n@group(1) @binding(0) var<uniform> session: Session; // its tokens in this pass\n@group(1) @binding(1) var<storage, read_write> sum: array<f32>; // [columns]\n",
    "sources": [
      "mean"
    ]
  },
  "pair add": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// pair add\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> a: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(4) var<storage, read> b: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "add",
      "pair"
    ]
  },
  "pair mul": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// pair mul\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    groups: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> a: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(4) var<storage, read> b: array<vec4<f32>>; // [rows, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, groups]\n",
    "sources": [
      "mul",
      "pair"
    ]
  },
  "product_group of bf16, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of bf16, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_bf16",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "product_group of bf16, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of bf16, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_bf16",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "product_group of f16, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of f16, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f16",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "product_group of f16, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of f16, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec2<u32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f16",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "product_group of f32, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of f32, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f32",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "product_group of f32, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of f32, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_f32",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "product_group of q4, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 72u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 8u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of q4, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 72u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 8u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of q4k16, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4k16, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 584u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 36u;\nconst CODE_WORDS = 32u;\nconst ZERO = 8u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q4k16, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4k16, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 584u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 36u;\nconst CODE_WORDS = 32u;\nconst ZERO = 8u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q4k16m, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4k16m, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 656u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 40u;\nconst CODE_WORDS = 32u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q4k16m, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4k16m, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 656u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 40u;\nconst CODE_WORDS = 32u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q4k32m, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4k32m, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 592u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q4k32m, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4k32m, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 592u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 72u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q4m, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4m, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 80u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 80u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of q4m, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q4m, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 80u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 80u;\nconst CODE_WORDS = 64u;\nconst ZERO = 0u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_nibbles",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of q8, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 136u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of q8, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 136u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of q8k16, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8k16, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 1096u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 68u;\nconst CODE_WORDS = 64u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q8k16, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8k16, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 1u;\nconst BLOCK = 16u;\nconst BLOCKS = 16u;\nconst UNIT = 1096u;\nconst HEAD = 8u;\nconst BLOCK_WORDS = 68u;\nconst CODE_WORDS = 64u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q8k32m, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8k32m, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 1104u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q8k32m, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8k32m, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 8u;\nconst UNIT = 1104u;\nconst HEAD = 16u;\nconst BLOCK_WORDS = 136u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_bytes",
      "product",
      "product_group"
    ]
  },
  "product_group of q8m, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8m, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 144u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 144u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of q8m, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of q8m, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 2u;\nconst BLOCK = 32u;\nconst BLOCKS = 1u;\nconst UNIT = 144u;\nconst HEAD = 0u;\nconst BLOCK_WORDS = 144u;\nconst CODE_WORDS = 128u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_blocks",
      "codes_bytes",
      "factors_halves",
      "product",
      "product_group"
    ]
  },
  "product_group of u8, tile 1": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of u8, tile 1\n\nconst THREADS = 64u;\nconst TILE = 1u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_u8",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "product_group of u8, tile 4": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// product_group of u8, tile 4\n\nconst THREADS = 64u;\nconst TILE = 4u;\nconst SLICES = 16u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\nconst LINES = 16u;\nconst FACTORS = 0u;\nconst BLOCK = 4u;\n\nstruct Shape {\n    rows: u32,\n    x_groups: u32,\n    y_groups: u32,\n    first: u32,\n    count: u32,\n}\n\nstruct Place {\n    stride: u32,\n    columns: u32,\n    low: f32,\n    span: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [rows, x_groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [rows, y_groups]\n@group(0) @binding(1) var<storage, read> weight: array<u32>; // groups of rows, as page rows hold them\n@group(0) @binding(6) var<uniform> place: Place; // where they lie\n",
    "sources": [
      "weights",
      "weight_u8",
      "weight_plain",
      "product",
      "product_group"
    ]
  },
  "remember": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// remember\n\nconst THREADS = 64u;\n\nstruct Shape {\n    pitch: u32,\n    columns: u32,\n}\n\nstruct Session {\n    first: u32,\n    count: u32,\n    position: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(3) var<storage, read> k: array<f32>; // [T, pitch]\n@group(0) @binding(4) var<storage, read> v: array<f32>; // [T, pitch]\n@group(1) @binding(0) var<uniform> session: Session; // its tokens in this pass\n@group(1) @binding(1) var<storage, read_write> keys: array<f32>; // [context, columns]\n@group(1) @binding(2) var<storage, read_write> values: array<f32>; // [context, columns]\n",
    "sources": [
      "remember"
    ]
  },
  "rmsnorm_group": {
    "threads": 64,
    "workgroupEach": true,
    "declarations": "// rmsnorm_group\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    pitch: u32,\n    runs: u32,\n    columns: u32,\n    epsilon: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [rows, pitch]\n@group(0) @binding(4) var<storage, read> gain: array<f32>; // [columns]\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, pitch]\n",
    "sources": [
      "sum_group",
      "rmsnorm_group"
    ]
  },
  "rope": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// rope\n\nconst THREADS = 64u;\nconst TURN_STEP = 256u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    pitch: u32,\n    columns: u32,\n    head: u32,\n    dims: u32,\n    halves: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<f32>; // [T, pitch]\n@group(0) @binding(4) var<storage, read> turns: array<f32>; // [positions, dims]: cosines, then sines\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [T, pitch]\n",
    "sources": [
      "rope"
    ]
  },
  "route": {
    "threads": 32,
    "workgroupEach": false,
    "declarations": "// route\n\nconst THREADS = 32u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    rows: u32,\n    scores_pitch: u32,\n    y_pitch: u32,\n    experts: u32,\n    k: u32,\n    gate: u32,\n    normalise: u32,\n    scale: f32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> scores: array<f32>; // [rows, scores_pitch]\n@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [rows, y_pitch]: numbers, then weights\n",
    "sources": [
      "route"
    ]
  },
  "select": {
    "threads": 64,
    "workgroupEach": false,
    "declarations": "// select\n\nconst THREADS = 64u;\nconst TOKENS = 0u;\nconst ROWS = 1u;\nconst POSITIONS = 2u;\n\nstruct Shape {\n    groups: u32,\n}\n\n@group(0) @binding(0) var<uniform> shape: Shape; // sizes of the tensors\n@group(0) @binding(2) var<storage, read> now: array<u32>; // T, R, [T] positions, [R] rows asked for, token image\n@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [T, groups]\n@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>; // [R, groups]\n",
    "sources": [
      "select"
    ]
  }
};

/** Sources by name. */
export const SOURCES = {
  "add": "fn f(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {\n    return a + b;\n}\n",
  "attention": "// Shared by the kernels of attention. A unit is one query head of one token. Its scores are contiguous, from the first\n// position that it attends to, followed by their sum.\n\nfn position_of(unit: u32) -> u32 {\n    return session.position + unit / shape.heads;\n}\n\nfn first_of(position: u32) -> u32 {\n    return select(0u, position + 1u - shape.window, shape.window > 0u && position + 1u > shape.window);\n}\n\nfn query_at(unit: u32) -> u32 {\n    return (session.first + unit / shape.heads) * shape.pitch + unit % shape.heads * shape.width;\n}\n\nfn key_column(unit: u32) -> u32 {\n    return unit % shape.heads / shape.shared_by * shape.width;\n}\n",
  "attention_mix": "// The weighted mean of the values: a thread for each column of a unit.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    let unit = i / shape.width;\n    if (unit >= session.count * shape.heads) {\n        return;\n    }\n    let column = i % shape.width;\n    let position = position_of(unit);\n    let first = first_of(position);\n    let weights = unit * shape.stride;\n    let from_column = key_column(unit) + column;\n    var mixed = 0.0;\n    for (var s = 0u; s <= position - first; s++) {\n        mixed += scores[weights + s] * values[(first + s) * shape.columns + from_column];\n    }\n    y[query_at(unit) + column] = mixed / scores[weights + shape.stride - 1u];\n}\n",
  "attention_scores": "// A thread for each position that a unit attends to.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let unit = id.y + id.z * count.y;\n    let position = position_of(unit);\n    let key = first_of(position) + id.x;\n    if (unit >= session.count * shape.heads || key > position) {\n        return;\n    }\n    let query = query_at(unit);\n    let at = key * shape.columns + key_column(unit);\n    var dot = 0.0;\n    for (var i = 0u; i < shape.width; i++) {\n        dot += q[query + i] * keys[at + i];\n    }\n    dot *= shape.scale;\n    if (shape.softcap > 0.0) {\n        dot = shape.softcap * safe_tanh(vec4<f32>(dot / shape.softcap)).x;\n    }\n    scores[unit * shape.stride + id.x] = dot;\n}\n",
  "attention_weights_group": "// Scores to exponentials and their sum, a workgroup for each unit.\n\nvar<workgroup> highests: array<f32, THREADS>;\n\n@compute @workgroup_size(THREADS)\nfn main(\n    @builtin(workgroup_id) group: vec3<u32>,\n    @builtin(num_workgroups) count: vec3<u32>,\n    @builtin(local_invocation_index) thread: u32,\n) {\n    let unit = group.x + group.y * count.x;\n    let position = position_of(unit);\n    let seen = select(0u, position + 1u - first_of(position), unit < session.count * shape.heads);\n    let at = unit * shape.stride;\n    var own = -3.4e38;\n    for (var s = thread; s < seen; s += THREADS) {\n        own = max(own, scores[at + s]);\n    }\n    highests[thread] = own;\n    for (var step = THREADS / 2u; step > 0u; step /= 2u) {\n        workgroupBarrier();\n        if (thread < step) {\n            highests[thread] = max(highests[thread], highests[thread + step]);\n        }\n    }\n    workgroupBarrier();\n    let highest = highests[0];\n    var part = 0.0;\n    for (var s = thread; s < seen; s += THREADS) {\n        let e = exp(scores[at + s] - highest);\n        scores[at + s] = e;\n        part += e;\n    }\n    let sum = sum_of_all(0u, thread, part);\n    if (thread == 0u && seen > 0u) {\n        scores[at + shape.stride - 1u] = sum;\n    }\n}\n",
  "bias": "// y += b, for every row.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    if (i < now[shape.rows] * shape.groups) {\n        y[i] += b[i % shape.groups];\n    }\n}\n",
  "codes_bytes": "// The columns 4·g to 4·g + 3: signed bytes.\nfn codes(group: u32, quad: u32, g: u32) -> mat4x4<f32> {\n    let column = 4u * g;\n    let at = block_at(group, column / BLOCK) + 4u * (column % BLOCK) + quad;\n    return mat4x4<f32>(bytes(at), bytes(at + 4u), bytes(at + 8u), bytes(at + 12u));\n}\n",
  "codes_nibbles": "// Byte j of a row holds column j of the block in its low half, and column j + BLOCK / 2 in its high one; ZERO stands for 0.\nfn nibbles(word: u32, shift: u32) -> vec4<f32> {\n    return vec4<f32>(unpack4xU8((word >> shift) & 0x0F0F0F0Fu)) - f32(ZERO);\n}\n\n// The columns 4·g to 4·g + 3.\nfn codes(group: u32, quad: u32, g: u32) -> mat4x4<f32> {\n    let column = 4u * g;\n    let at = block_at(group, column / BLOCK) + 4u * (column % (BLOCK / 2u)) + quad;\n    let shift = select(0u, 4u, column % BLOCK >= BLOCK / 2u);\n    return mat4x4<f32>(\n        nibbles(weight[at], shift),\n        nibbles(weight[at + 4u], shift),\n        nibbles(weight[at + 8u], shift),\n        nibbles(weight[at + 12u], shift),\n    );\n}\n",
  "combine": "// y[r, a] = Σ_j weight_j · x[r, j·columns + a]\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    let row = i / shape.columns;\n    if (row < now[shape.rows]) {\n        let a = i % shape.columns;\n        var sum = 0.0;\n        for (var j = 0u; j < shape.k; j++) {\n            let weight = route[row * shape.route_pitch + shape.k + j];\n            sum += weight * x[row * shape.x_pitch + j * shape.columns + a];\n        }\n        y[row * shape.y_pitch + a] = sum;\n    }\n}\n",
  "embed": "// A token's id, read from its pixel in the token image: R + 256 G, and B above these where a vocabulary is larger.\nfn byte(at: u32) -> u32 {\n    return (now[POSITIONS + now[TOKENS] + now[ROWS] + at / 4u] >> (at % 4u * 8u)) & 0xFFu;\n}\n\nfn row_of(t: u32) -> u32 {\n    let pixel = 3u * (t + 1u);\n    return byte(pixel) + 256u * byte(pixel + 1u) + 65536u * byte(pixel + 2u);\n}\n",
  "experts": "// y[r, j·outputs + a] = Σ_i x[r, j·x_step + i] · w[e·outputs + a, i] for the experts e that a row chose, in their order j.\n\n// A pair is a row and an expert of its choice: number row · k + j. The first row of its expert's in the weight.\nfn first_row(pair: u32) -> u32 {\n    return u32(route[pair / shape.k * shape.route_pitch + pair % shape.k]) * shape.outputs;\n}\n\n// Columns after the last one count as zero.\nfn column(at: u32, i: u32) -> f32 {\n    return select(0.0, x[at + min(i, place.columns - 1u)], i < place.columns);\n}\n\n// The sums of the quad at a row of this piece over every SLICES-th block of columns, from number slice on.\nfn sums_of(o: u32, pair: u32, slice: u32) -> vec4<f32> {\n    let group = group_at(o);\n    let quad = quad_of(o);\n    let from_column = pair / shape.k * shape.x_pitch + pair % shape.k * shape.x_step;\n    let groups = (place.columns + 3u) / 4u;\n    var sums = vec4<f32>(0.0);\n    for (var block = slice; block * BLOCK < place.columns; block += SLICES) {\n        var part = vec4<f32>(0.0);\n        var x_sum = 0.0;\n        let end = min((block + 1u) * BLOCK / 4u, groups);\n        for (var g = block * BLOCK / 4u; g < end; g++) {\n            let i = 4u * g;\n            let columns = vec4<f32>(\n                column(from_column, i),\n                column(from_column, i + 1u),\n                column(from_column, i + 2u),\n                column(from_column, i + 3u),\n            );\n            part += codes(group, quad, g) * columns;\n            x_sum += columns.x + columns.y + (columns.z + columns.w);\n        }\n        sums += worth(factors(group, quad, block), part, x_sum);\n    }\n    return sums;\n}\n\n// Whether a row of the weight is in this piece, and a quad from it on has rows of the expert whose first one this is.\nfn has_rows(row: u32, first: u32) -> bool {\n    return row - shape.first < shape.count && row < first + shape.outputs && row + 4u > first;\n}\n\n// Puts those sums of a quad that are of the expert's rows into their places.\nfn put(row: u32, first: u32, pair: u32, sums: vec4<f32>) {\n    let to = pair / shape.k * shape.y_pitch + pair % shape.k * shape.outputs;\n    for (var i = 0u; i < 4u; i++) {\n        let output = row + i - first; // wraps around where it is before the expert\n        if (output < shape.outputs) {\n            y[to + output] = sums[i];\n        }\n    }\n}\n",
  "experts_bias": "// y[r, j·outputs + a] += b[e·outputs + a] for the experts e that a row chose, in their order j.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    let columns = shape.k * shape.outputs;\n    let row = i / columns;\n    if (row < now[shape.rows]) {\n        let column = i % columns;\n        let expert = u32(route[row * shape.route_pitch + column / shape.outputs]);\n        y[row * shape.y_pitch + column] += b[expert * shape.outputs + column % shape.outputs];\n    }\n}\n",
  "experts_group": "// A workgroup for each group of rows of w: SLICES threads share a quad, and threads side by side read neighbouring memory.\n// For GPUs.\n\nconst QUADS = LINES / 4u;\n\nvar<workgroup> shared_sums: array<vec4<f32>, THREADS>;\n\n@compute @workgroup_size(THREADS)\nfn main(\n    @builtin(workgroup_id) group: vec3<u32>,\n    @builtin(num_workgroups) count: vec3<u32>,\n    @builtin(local_invocation_index) thread: u32,\n) {\n    let item = group.x + group.y * count.x;\n    let pairs = now[shape.rows] * shape.k;\n    let pair = min(item / shape.parts, pairs - 1u);\n    let first = first_row(pair);\n    let row = (first / LINES + item % shape.parts) * LINES + thread % QUADS * 4u;\n    let inside = item < pairs * shape.parts && has_rows(row, first);\n    var own = vec4<f32>(0.0);\n    if (inside) {\n        own = sums_of(row - shape.first, pair, thread / QUADS);\n    }\n    shared_sums[thread] = own;\n    for (var step = THREADS / 2u; step >= QUADS; step /= 2u) {\n        workgroupBarrier();\n        if (thread < step) {\n            shared_sums[thread] += shared_sums[thread + step];\n        }\n    }\n    workgroupBarrier();\n    if (inside && thread < QUADS) {\n        put(row, first, pair, shared_sums[thread]);\n    }\n}\n",
  "factors_bytes": "// A scale and a minimum for each unit, and for each block the bytes that they are multiplied by.\nfn factors(group: u32, quad: u32, block: u32) -> mat2x4<f32> {\n    let shared_at = unit_at(group, block) + 2u * quad;\n    let at = block_at(group, block) + CODE_WORDS + quad;\n    let scale = halves(shared_at) * bytes(at);\n    if (FACTORS == 1u) {\n        return mat2x4<f32>(scale, vec4<f32>());\n    }\n    return mat2x4<f32>(scale, halves(shared_at + LINES / 2u) * bytes(at + LINES / 4u));\n}\n",
  "factors_halves": "// A scale and a minimum for each block.\nfn factors(group: u32, quad: u32, block: u32) -> mat2x4<f32> {\n    let at = block_at(group, block) + CODE_WORDS + 2u * quad;\n    if (FACTORS == 1u) {\n        return mat2x4<f32>(halves(at), vec4<f32>());\n    }\n    return mat2x4<f32>(halves(at), halves(at + LINES / 2u));\n}\n",
  "gelu": "// erf by Abramowitz and Stegun, 7.1.26: within 1.5e-7.\nfn erf(x: vec4<f32>) -> vec4<f32> {\n    let a = abs(x);\n    let t = 1.0 / (1.0 + 0.3275911 * a);\n    let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n    return sign(x) * (1.0 - p * exp(-a * a));\n}\n\nfn f(x: vec4<f32>, number: f32) -> vec4<f32> {\n    return x * 0.5 * (1.0 + erf(x * 0.7071067811865476));\n}\n",
  "gelu_tanh": "fn f(x: vec4<f32>, number: f32) -> vec4<f32> {\n    return x * 0.5 * (1.0 + safe_tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));\n}\n",
  "layernorm_group": "// A workgroup for each row.\n\n@compute @workgroup_size(THREADS)\nfn main(\n    @builtin(workgroup_id) group: vec3<u32>,\n    @builtin(num_workgroups) count: vec3<u32>,\n    @builtin(local_invocation_index) thread: u32,\n) {\n    let run = group.x + group.y * count.x;\n    let columns = select(0u, shape.columns, run < now[shape.rows] * shape.runs);\n    let from_column = run / shape.runs * shape.pitch + run % shape.runs * shape.columns;\n    var sum = 0.0;\n    for (var i = thread; i < columns; i += THREADS) {\n        sum += x[from_column + i];\n    }\n    let mean = sum_of_all(0u, thread, sum) / f32(shape.columns);\n    var squares = 0.0;\n    for (var i = thread; i < columns; i += THREADS) {\n        let off = x[from_column + i] - mean;\n        squares += off * off;\n    }\n    let factor = 1.0 / sqrt(sum_of_all(1u, thread, squares) / f32(shape.columns) + shape.epsilon);\n    for (var i = thread; i < columns; i += THREADS) {\n        y[from_column + i] = (x[from_column + i] - mean) * factor * gain[i];\n    }\n}\n",
  "lookup": "// y[t] = a row of a weight; a file of its own says which one. Rows of other pieces of the weight are not written.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    let t = i / shape.groups;\n    if (t >= now[TOKENS]) {\n        return;\n    }\n    let row = row_of(t) - shape.first; // wraps around where it is before this piece\n    if (row < shape.count) {\n        let g = i % shape.groups;\n        let w = codes(group_at(row), quad_of(row), g);\n        let f = factors(group_at(row), quad_of(row), 4u * g / BLOCK);\n        var rows = transpose(\n            mat4x4<f32>(worth(f, w[0], 1.0), worth(f, w[1], 1.0), worth(f, w[2], 1.0), worth(f, w[3], 1.0)),\n        );\n        y[i] = rows[row % 4u];\n    }\n}\n",
  "map": "// y = f(x), four columns at a time; f is in a file of its own.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    if (i < now[shape.rows] * shape.groups) {\n        y[i] = f(x[i], shape.number);\n    }\n}\n",
  "mean": "// y[t] = the mean of x over the session so far, a thread for each column.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let column = id.x + id.y * count.x * THREADS;\n    if (column >= shape.columns) {\n        return;\n    }\n    var all = sum[column];\n    for (var t = 0u; t < session.count; t++) {\n        let at = (session.first + t) * shape.pitch + column;\n        all += x[at];\n        y[at] = all / f32(session.position + t + 1u);\n    }\n    sum[column] = all;\n}\n",
  "mul": "fn f(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {\n    return a * b;\n}\n",
  "pair": "// y = f(a, b), four columns at a time; f is in a file of its own.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    if (i < now[shape.rows] * shape.groups) {\n        y[i] = f(a[i], b[i]);\n    }\n}\n",
  "position": "fn row_of(t: u32) -> u32 {\n    return now[POSITIONS + t];\n}\n",
  "product": "// y[r, o] = Σ_i x[r, i] · w[o, i]. A thread has a quad of w and TILE rows of x, and unpacks each code once for all of them.\n// Each sum is taken in the same order whatever TILE is.\n\n// The sums over every SLICES-th block of columns, from number slice on.\nfn sums_of(o: u32, first: u32, slice: u32) -> array<vec4<f32>, TILE> {\n    let group = group_at(o);\n    let quad = quad_of(o);\n    // The zeros are written out: without, SwiftShader in Chromium 156 went on with the sums of the block before.\n    var sums = array<vec4<f32>, TILE>();\n    for (var block = slice; block * BLOCK < place.columns; block += SLICES) {\n        var part = array<vec4<f32>, TILE>();\n        var x_sum = array<f32, TILE>();\n        let end = min((block + 1u) * BLOCK / 4u, shape.x_groups);\n        for (var g = block * BLOCK / 4u; g < end; g++) {\n            let w = codes(group, quad, g);\n            // Columns after the last one count as zero, whatever is stored there.\n            let inside = vec4<u32>(4u * g) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(place.columns);\n            for (var r = 0u; r < TILE; r++) {\n                let columns = select(vec4<f32>(0.0), x[(first + r) * shape.x_groups + g], inside);\n                part[r] += w * columns;\n                if (FACTORS == 2u) {\n                    x_sum[r] += columns.x + columns.y + (columns.z + columns.w);\n                }\n            }\n        }\n        let f = factors(group, quad, block);\n        for (var r = 0u; r < TILE; r++) {\n            sums[r] += worth(f, part[r], x_sum[r]);\n        }\n    }\n    return sums;\n}\n",
  "product_group": "// A workgroup for each group of rows of w: SLICES threads share a quad, and threads side by side read neighbouring memory.\n// For GPUs.\n\nconst QUADS = LINES / 4u;\n\nvar<workgroup> shared_sums: array<array<vec4<f32>, THREADS>, TILE>;\n\n@compute @workgroup_size(THREADS)\nfn main(\n    @builtin(workgroup_id) group: vec3<u32>,\n    @builtin(num_workgroups) count: vec3<u32>,\n    @builtin(local_invocation_index) thread: u32,\n) {\n    let quad = (group.x + group.y * count.x) * QUADS + thread % QUADS;\n    let first = group.z * TILE;\n    let n = now[shape.rows];\n    let inside = quad < shape.count && first < n;\n    var own = array<vec4<f32>, TILE>();\n    if (inside) {\n        own = sums_of(4u * quad, first, thread / QUADS);\n    }\n    for (var r = 0u; r < TILE; r++) {\n        shared_sums[r][thread] = own[r];\n    }\n    for (var step = THREADS / 2u; step >= QUADS; step /= 2u) {\n        workgroupBarrier();\n        if (thread < step) {\n            for (var r = 0u; r < TILE; r++) {\n                shared_sums[r][thread] += shared_sums[r][thread + step];\n            }\n        }\n    }\n    workgroupBarrier();\n    let r = thread / QUADS;\n    if (inside && r < TILE && first + r < n) {\n        y[(first + r) * shape.y_groups + shape.first + quad] = shared_sums[r][thread % QUADS];\n    }\n}\n",
  "relu": "fn f(x: vec4<f32>, number: f32) -> vec4<f32> {\n    return max(x, vec4<f32>(0.0));\n}\n",
  "remember": "// Appends this step's keys and values to those of earlier steps.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    let t = i / shape.columns;\n    if (t < session.count) {\n        let from_column = (session.first + t) * shape.pitch + i % shape.columns;\n        let to_column = session.position * shape.columns + i;\n        keys[to_column] = k[from_column];\n        values[to_column] = v[from_column];\n    }\n}\n",
  "rmsnorm_group": "// A workgroup for each run.\n\n@compute @workgroup_size(THREADS)\nfn main(\n    @builtin(workgroup_id) group: vec3<u32>,\n    @builtin(num_workgroups) count: vec3<u32>,\n    @builtin(local_invocation_index) thread: u32,\n) {\n    let run = group.x + group.y * count.x;\n    let columns = select(0u, shape.columns, run < now[shape.rows] * shape.runs);\n    let from_column = run / shape.runs * shape.pitch + run % shape.runs * shape.columns;\n    var squares = 0.0;\n    for (var i = thread; i < columns; i += THREADS) {\n        squares += x[from_column + i] * x[from_column + i];\n    }\n    let factor = 1.0 / sqrt(sum_of_all(1u, thread, squares) / f32(shape.columns) + shape.epsilon);\n    for (var i = thread; i < columns; i += THREADS) {\n        y[from_column + i] = x[from_column + i] * factor * gain[i];\n    }\n}\n",
  "rope": "// Turns pairs by position · frequency. Angles come as two tables of cosines and sines, computed in double: for positions\n// below TURN_STEP, then for every TURN_STEP-th position. The angle of a position is the sum of one of each.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    let t = i / shape.columns;\n    if (t >= now[TOKENS]) {\n        return;\n    }\n    let column = i % shape.columns;\n    let at = t * shape.pitch + column;\n    let within = column % shape.head;\n    if (within >= shape.dims) {\n        y[at] = x[at];\n        return;\n    }\n    let pairs = shape.dims / 2u;\n    let pair = select(within / 2u, within % pairs, shape.halves == 1u);\n    let is_first = select(within % 2u == 0u, within < pairs, shape.halves == 1u);\n    let apart = select(1u, pairs, shape.halves == 1u);\n    let position = now[POSITIONS + t];\n    let low = position % TURN_STEP * shape.dims + pair;\n    let high = (TURN_STEP + position / TURN_STEP) * shape.dims + pair;\n    let cosine = turns[low] * turns[high] - turns[low + pairs] * turns[high + pairs];\n    let sine = turns[low + pairs] * turns[high] + turns[low] * turns[high + pairs];\n    if (is_first) {\n        y[at] = x[at] * cosine - x[at + apart] * sine;\n    } else {\n        y[at] = x[at - apart] * sine + x[at] * cosine;\n    }\n}\n",
  "route": "// The experts with the highest scores, the lower number first where two are equal: their numbers, then their weights.\n\n// The best one after another in that order.\nfn next_after(at: u32, last: u32, is_first: bool) -> u32 {\n    let bound = scores[at + last];\n    var best = shape.experts;\n    for (var e = 0u; e < shape.experts; e++) {\n        let score = scores[at + e];\n        let is_after = is_first || score < bound || (score == bound && e > last);\n        if (is_after && (best == shape.experts || score > scores[at + best])) {\n            best = e;\n        }\n    }\n    // Scores that are no numbers have no order.\n    return min(best, shape.experts - 1u);\n}\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let row = id.x + id.y * count.x * THREADS;\n    if (row >= now[shape.rows]) {\n        return;\n    }\n    let at = row * shape.scores_pitch;\n    let to = row * shape.y_pitch;\n    let highest = scores[at + next_after(at, 0u, true)];\n    var all = 0.0;\n    for (var e = 0u; e < shape.experts; e++) {\n        all += exp(scores[at + e] - highest);\n    }\n    var chosen = 0u;\n    var sum = 0.0;\n    for (var j = 0u; j < shape.k; j++) {\n        chosen = next_after(at, chosen, j == 0u);\n        let score = scores[at + chosen];\n        var weight = 1.0 / (1.0 + exp(-score));\n        if (shape.gate != 2u) {\n            weight = exp(score - highest);\n        }\n        sum += weight;\n        y[to + j] = f32(chosen);\n        y[to + shape.k + j] = weight;\n    }\n    var divisor = 1.0;\n    if (shape.gate == 1u || shape.normalise == 1u) {\n        divisor = sum;\n    } else if (shape.gate == 0u) {\n        divisor = all;\n    }\n    for (var j = 0u; j < shape.k; j++) {\n        y[to + shape.k + j] = y[to + shape.k + j] / divisor * shape.scale;\n    }\n}\n",
  "scale": "fn f(x: vec4<f32>, number: f32) -> vec4<f32> {\n    return number * x;\n}\n",
  "select": "// y = the rows of x whose logits are asked for.\n\n@compute @workgroup_size(THREADS)\nfn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {\n    let i = id.x + id.y * count.x * THREADS;\n    let row = i / shape.groups;\n    if (row < now[ROWS]) {\n        y[i] = x[now[POSITIONS + now[TOKENS] + row] * shape.groups + i % shape.groups];\n    }\n}\n",
  "silu": "fn f(x: vec4<f32>, number: f32) -> vec4<f32> {\n    return x / (1.0 + exp(-x));\n}\n",
  "softcap": "fn f(x: vec4<f32>, number: f32) -> vec4<f32> {\n    return number * safe_tanh(x / number);\n}\n",
  "sum_group": "// The sum over a workgroup's threads, returned to each of them. Each sum of a kernel has shared memory of its own: a\n// driver was seen to read, after the barrier, what was there before it.\n\nvar<workgroup> sums: array<array<f32, THREADS>, 2>;\n\nfn sum_of_all(which: u32, thread: u32, own: f32) -> f32 {\n    sums[which][thread] = own;\n    for (var step = THREADS / 2u; step > 0u; step /= 2u) {\n        workgroupBarrier();\n        if (thread < step) {\n            sums[which][thread] += sums[which][thread + step];\n        }\n    }\n    workgroupBarrier();\n    return sums[which][0];\n}\n",
  "tanh": "// The built-in one may overflow for large x.\nfn safe_tanh(x: vec4<f32>) -> vec4<f32> {\n    let t = exp(-2.0 * abs(x));\n    return sign(x) * (1.0 - t) / (1.0 + t);\n}\n",
  "weight_bf16": "fn four(at: u32) -> vec4<f32> {\n    let w = weight[at];\n    return bitcast<vec4<f32>>(vec4<u32>(w.x << 16u, w.x & 0xFFFF0000u, w.y << 16u, w.y & 0xFFFF0000u));\n}\n",
  "weight_blocks": "// Types with codes in blocks: BLOCKS blocks of BLOCK columns are a unit of UNIT words, of which the first HEAD are common to\n// all its blocks. A block is BLOCK_WORDS words, its codes CODE_WORDS of them, and what scales them comes after.\n\nfn unit_at(group: u32, block: u32) -> u32 {\n    return group + block / BLOCKS * UNIT;\n}\n\nfn block_at(group: u32, block: u32) -> u32 {\n    return unit_at(group, block) + HEAD + block % BLOCKS * BLOCK_WORDS;\n}\n\n// An f16 for each row of a quad.\nfn halves(at: u32) -> vec4<f32> {\n    return vec4<f32>(unpack2x16float(weight[at]), unpack2x16float(weight[at + 1u]));\n}\n\n// A signed byte for each row of a quad.\nfn bytes(at: u32) -> vec4<f32> {\n    return vec4<f32>(unpack4xI8(weight[at]));\n}\n",
  "weight_f16": "fn four(at: u32) -> vec4<f32> {\n    let w = weight[at];\n    return vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y));\n}\n",
  "weight_f32": "fn four(at: u32) -> vec4<f32> {\n    return weight[at];\n}\n",
  "weight_plain": "// Types whose elements stand for themselves: a column of a quad is one element of the array.\n\n// The columns 4·g to 4·g + 3; those after the last one are that one again.\nfn codes(group: u32, quad: u32, g: u32) -> mat4x4<f32> {\n    let at = group + quad;\n    let last = place.columns - 1u;\n    return mat4x4<f32>(\n        four(at + 4u * min(4u * g, last)),\n        four(at + 4u * min(4u * g + 1u, last)),\n        four(at + 4u * min(4u * g + 2u, last)),\n        four(at + 4u * min(4u * g + 3u, last)),\n    );\n}\n\nfn factors(group: u32, quad: u32, block: u32) -> mat2x4<f32> {\n    return mat2x4<f32>();\n}\n",
  "weight_u8": "fn four(at: u32) -> vec4<f32> {\n    return vec4<f32>(unpack4xU8(weight[at])) / 255.0 * place.span + place.low;\n}\n",
  "weights": "// Weights lie in groups of LINES rows. A quad is four rows of a group, side by side in every column: a thread reads all four\n// at once. What is read of a quad is a matrix with a column for each of four columns of the weight, and a row for each row.\n\nfn group_at(row: u32) -> u32 {\n    return row / LINES * place.stride;\n}\n\nfn quad_of(row: u32) -> u32 {\n    return row % LINES / 4u;\n}\n\n// What a sum over a block's codes is worth: f holds the block's scale and its minimum, for the types that have them.\nfn worth(f: mat2x4<f32>, sum: vec4<f32>, x_sum: f32) -> vec4<f32> {\n    if (FACTORS == 0u) {\n        return sum;\n    }\n    if (FACTORS == 1u) {\n        return f[0] * sum;\n    }\n    return f[0] * sum + f[1] * x_sum;\n}\n"
};
