// y += b, for every row.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    if (i < now[shape.rows] * shape.groups) {
        let group = i % shape.groups;
        let at = row_at(0u);
        y[i] += codes(at, group) * scale(at, group / 8u);
    }
}
