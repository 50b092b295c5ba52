// A row's heat map as pixels, 32 cells in a row of the image; a thread for each four cells.

fn grey(row: u32, id: u32, low: f32, high: f32) -> u32 {
    if (id >= shape.vocabulary) {
        return 0u;
    }
    let logit = logits[row * shape.pitch + id];
    if (logit == high) {
        return select(255u, 128u, low == high);
    }
    // Of halves, because the whole may be too large.
    let share = (0.5 * logit - 0.5 * low) / (0.5 * high - 0.5 * low);
    return u32(clamp(floor(255.0 * share), 0.0, 255.0));
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let groups = (shape.vocabulary + WIDTH - 1u) / WIDTH * (WIDTH / 4u);
    let row = i / groups;
    if (row >= now[ROWS]) {
        return;
    }
    var low = 3.4028234e38;
    var high = -3.4028234e38;
    for (var part = 0u; part < shape.parts; part++) {
        let at = (row * shape.parts + part) * FINDS;
        high = max(high, finds[at].value);
        low = min(low, finds[at + MAX_TOP].value);
    }
    let first = i % groups * 4u;
    let a = grey(row, first, low, high);
    let b = grey(row, first + 1u, low, high);
    let c = grey(row, first + 2u, low, high);
    let d = grey(row, first + 3u, low, high);
    let at = row * picture.row_words + picture.prediction_words + i % groups * 3u;
    drawn[at] = a | (a << 8u) | (a << 16u) | (b << 24u);
    drawn[at + 1u] = b | (b << 8u) | (c << 16u) | (c << 24u);
    drawn[at + 2u] = c | (d << 8u) | (d << 16u) | (d << 24u);
}
