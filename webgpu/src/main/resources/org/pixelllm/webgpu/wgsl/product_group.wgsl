// A workgroup for each row of weights, its threads side by side in memory: for GPUs.

var<workgroup> sums: array<array<f32, THREADS>, TILE>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let o = group.x + group.y * count.x;
    let first = group.z * TILE;
    let n = now[shape.rows];
    let inside = o < shape.count && first < n;
    let at = row_at(min(o, shape.count - 1u));
    var own: array<vec4<f32>, TILE>;
    if (inside) {
        let whole = shape.columns / 4u;
        for (var g = thread; g < whole; g += THREADS) {
            let w = codes(at, g) * scale(at, g / 8u);
            for (var r = 0u; r < TILE; r++) {
                own[r] += w * x[(first + r) * shape.x_groups + g];
            }
        }
        if (whole < shape.x_groups && thread == whole % THREADS) {
            let w = codes(at, whole) * scale(at, whole / 8u);
            for (var r = 0u; r < TILE; r++) {
                own[r] += masked(w * x[(first + r) * shape.x_groups + whole], whole);
            }
        }
    }
    for (var r = 0u; r < TILE; r++) {
        sums[r][thread] = own[r].x + own[r].y + (own[r].z + own[r].w);
    }
    for (var step = THREADS / 2u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (thread < step) {
            for (var r = 0u; r < TILE; r++) {
                sums[r][thread] += sums[r][thread + step];
            }
        }
    }
    workgroupBarrier();
    if (inside && thread < TILE && first + thread < n) {
        y[(first + thread) * shape.y_pitch + shape.first + o] = sums[thread][0];
    }
}
