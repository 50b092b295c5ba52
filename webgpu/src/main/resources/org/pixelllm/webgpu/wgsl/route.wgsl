// The experts with the highest scores, the lower number first where two are equal: their numbers, then their weights.

// The best one after another in that order.
fn next_after(at: u32, last: u32, is_first: bool) -> u32 {
    let bound = scores[at + last];
    var best = shape.experts;
    for (var e = 0u; e < shape.experts; e++) {
        let score = scores[at + e];
        let is_after = is_first || score < bound || (score == bound && e > last);
        if (is_after && (best == shape.experts || score > scores[at + best])) {
            best = e;
        }
    }
    // Scores that are no numbers have no order.
    return min(best, shape.experts - 1u);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let row = id.x + id.y * count.x * THREADS;
    if (row >= now[shape.rows]) {
        return;
    }
    let at = row * shape.scores_pitch;
    let to = row * shape.y_pitch;
    let highest = scores[at + next_after(at, 0u, true)];
    var all = 0.0;
    for (var e = 0u; e < shape.experts; e++) {
        all += exp(scores[at + e] - highest);
    }
    var chosen = 0u;
    var sum = 0.0;
    for (var j = 0u; j < shape.k; j++) {
        chosen = next_after(at, chosen, j == 0u);
        let score = scores[at + chosen];
        var weight = 1.0 / (1.0 + exp(-score));
        if (shape.gate != 2u) {
            weight = exp(score - highest);
        }
        sum += weight;
        y[to + j] = f32(chosen);
        y[to + shape.k + j] = weight;
    }
    var divisor = 1.0;
    if (shape.gate == 1u || shape.normalise == 1u) {
        divisor = sum;
    } else if (shape.gate == 0u) {
        divisor = all;
    }
    for (var j = 0u; j < shape.k; j++) {
        y[to + shape.k + j] = y[to + shape.k + j] / divisor * shape.scale;
    }
}
