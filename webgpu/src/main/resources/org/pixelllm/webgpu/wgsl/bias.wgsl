// y += b, for every row.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    if (i < now[shape.rows] * shape.groups) {
        y[i] += b[i % shape.groups];
    }
}
