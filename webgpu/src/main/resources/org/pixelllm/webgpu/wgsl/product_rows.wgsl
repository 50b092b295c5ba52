// A thread for each quad: for adapters that are a CPU.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let quad = id.x + id.y * count.x * THREADS;
    let first = id.z * TILE;
    let n = now[shape.rows];
    if (quad >= shape.count || first >= n) {
        return;
    }
    var sums = sums_of(4u * quad, first, 0u);
    for (var r = 0u; r < TILE; r++) {
        if (first + r < n) {
            y[(first + r) * shape.y_groups + shape.first + quad] = sums[r];
        }
    }
}
