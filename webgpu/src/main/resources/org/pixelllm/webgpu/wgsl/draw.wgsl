// What the kernels share that draw rows of logits. A row is looked through in parts; each part's highest logits and its
// lowest one are its finds.

const MOST = 64u; // highest logits of a row, at most
const FINDS = MOST + 1u; // of a part: the highest, best first, and the lowest
const PART = 1024u; // logits of a part
const NOTHING = 0xffffffffu;

struct Shape {
    vocabulary: u32,
    pitch: u32, // words from a row of logits to the next
    parts: u32, // of a row
}

// What is asked for: where things lie in a drawn row.
struct Wanted {
    words: u32, // of the prediction; the heat map lies behind them
    row_words: u32, // of both
}

struct Find {
    value: f32,
    id: u32, // of a lowest: 1 where a logit of the part is not finite
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;

fn is_better(a: Find, b: Find) -> bool {
    return a.id != NOTHING && (b.id == NOTHING || a.value > b.value || (a.value == b.value && a.id < b.id));
}
