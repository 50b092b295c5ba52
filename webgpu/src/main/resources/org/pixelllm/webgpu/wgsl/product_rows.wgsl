// A thread for each row of weights: for adapters that are a CPU.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let o = id.x + id.y * count.x * THREADS;
    let first = id.z * TILE;
    let n = now[shape.rows];
    if (o >= shape.count || first >= n) {
        return;
    }
    let at = row_at(o);
    var sums: array<vec4<f32>, TILE>;
    let blocks = shape.columns / 32u;
    for (var b = 0u; b < blocks; b++) {
        // The zeros are written out: without, SwiftShader in Chromium 156 went on with the sums of the block before.
        var part = array<vec4<f32>, TILE>();
        for (var g = 8u * b; g < 8u * b + 8u; g++) {
            let w = codes(at, g);
            for (var r = 0u; r < TILE; r++) {
                part[r] += w * x[(first + r) * shape.x_groups + g];
            }
        }
        let s = scale(at, b);
        for (var r = 0u; r < TILE; r++) {
            sums[r] += s * part[r];
        }
    }
    for (var g = 8u * blocks; g < shape.x_groups; g++) {
        let w = codes(at, g) * scale(at, g / 8u);
        for (var r = 0u; r < TILE; r++) {
            sums[r] += masked(w * x[(first + r) * shape.x_groups + g], g);
        }
    }
    for (var r = 0u; r < TILE; r++) {
        if (first + r < n) {
            let sum = sums[r];
            y[(first + r) * shape.y_pitch + shape.first + o] = sum.x + sum.y + (sum.z + sum.w);
        }
    }
}
