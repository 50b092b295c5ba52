// Turns pairs by position · frequency. Angles come as two tables of cosines and sines, made in double: of positions 0 to
// 255, and of every 256th behind these; a position's angle is the sum of one of each.

struct Shape {
    pitch: u32, // columns from a row to the next
    columns: u32,
    head: u32,
    dims: u32,
    halves: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> turns: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * 64u;
    let t = i / shape.columns;
    if (t >= now[0]) {
        return;
    }
    let column = i % shape.columns;
    let at = t * shape.pitch + column;
    let within = column % shape.head;
    if (within >= shape.dims) {
        y[at] = x[at];
        return;
    }
    let pairs = shape.dims / 2u;
    let pair = select(within / 2u, within % pairs, shape.halves == 1u);
    let is_first = select(within % 2u == 0u, within < pairs, shape.halves == 1u);
    let apart = select(1u, pairs, shape.halves == 1u);
    let position = now[2u + t];
    let low = position % 256u * shape.dims + pair;
    let high = (256u + position / 256u) * shape.dims + pair;
    let cosine = turns[low] * turns[high] - turns[low + pairs] * turns[high + pairs];
    let sine = turns[low + pairs] * turns[high] + turns[low] * turns[high + pairs];
    if (is_first) {
        y[at] = x[at] * cosine - x[at + apart] * sine;
    } else {
        y[at] = x[at - apart] * sine + x[at] * cosine;
    }
}
