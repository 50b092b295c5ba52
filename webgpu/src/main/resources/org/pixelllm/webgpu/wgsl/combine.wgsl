// y[r, a] = Σ_j weight_j · x[r, j·columns + a]

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let row = i / shape.columns;
    if (row < now[shape.rows]) {
        let a = i % shape.columns;
        var sum = 0.0;
        for (var j = 0u; j < shape.k; j++) {
            let weight = route[row * shape.route_pitch + shape.k + j];
            sum += weight * x[row * shape.x_pitch + j * shape.columns + a];
        }
        y[row * shape.y_pitch + a] = sum;
    }
}
