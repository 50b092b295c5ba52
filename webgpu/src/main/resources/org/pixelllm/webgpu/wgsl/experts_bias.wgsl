// y[r, j·outputs + a] += b[e·outputs + a] for the experts e that a row chose, in their order j.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let columns = shape.k * shape.outputs;
    let row = i / columns;
    if (row < now[shape.rows]) {
        let column = i % columns;
        let expert = u32(route[row * shape.route_pitch + column / shape.outputs]);
        y[row * shape.y_pitch + column] += b[expert * shape.outputs + column % shape.outputs];
    }
}
