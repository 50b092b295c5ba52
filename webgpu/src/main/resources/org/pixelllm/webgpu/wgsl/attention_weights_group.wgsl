// Scores to exponentials and their sum, a workgroup for each unit.

var<workgroup> highests: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let unit = group.x + group.y * count.x;
    let position = position_of(unit);
    let seen = select(0u, position + 1u - first_of(position), unit < session.count * shape.heads);
    let at = unit * shape.stride;
    var own = -3.4e38;
    for (var s = thread; s < seen; s += THREADS) {
        own = max(own, scores[at + s]);
    }
    highests[thread] = own;
    for (var step = THREADS / 2u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (thread < step) {
            highests[thread] = max(highests[thread], highests[thread + step]);
        }
    }
    workgroupBarrier();
    let highest = highests[0];
    var part = 0.0;
    for (var s = thread; s < seen; s += THREADS) {
        let e = exp(scores[at + s] - highest);
        scores[at + s] = e;
        part += e;
    }
    let sum = sum_of_all(0u, thread, part);
    if (thread == 0u && seen > 0u) {
        scores[at + shape.stride - 1u] = sum;
    }
}
