// Scores to exponentials and their sum, a thread for each unit.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let unit = id.x + id.y * count.x * THREADS;
    if (unit >= session.count * shape.heads) {
        return;
    }
    let position = position_of(unit);
    let seen = position + 1u - first_of(position);
    let at = unit * shape.stride;
    var highest = scores[at];
    for (var s = 1u; s < seen; s++) {
        highest = max(highest, scores[at + s]);
    }
    var sum = 0.0;
    for (var s = 0u; s < seen; s++) {
        let e = exp(scores[at + s] - highest);
        scores[at + s] = e;
        sum += e;
    }
    scores[at + shape.stride - 1u] = sum;
}
