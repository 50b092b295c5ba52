// Turns pairs by position · frequency. Angles come as two tables of cosines and sines, computed in double: for positions
// below TURN_STEP, then for every TURN_STEP-th position. The angle of a position is the sum of one of each.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let t = i / shape.columns;
    if (t >= now[TOKENS]) {
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
    let position = now[POSITIONS + t];
    let low = position % TURN_STEP * shape.dims + pair;
    let high = (TURN_STEP + position / TURN_STEP) * shape.dims + pair;
    let cosine = turns[low] * turns[high] - turns[low + pairs] * turns[high + pairs];
    let sine = turns[low + pairs] * turns[high] + turns[low] * turns[high + pairs];
    if (is_first) {
        y[at] = x[at] * cosine - x[at + apart] * sine;
    } else {
        y[at] = x[at - apart] * sine + x[at] * cosine;
    }
}
