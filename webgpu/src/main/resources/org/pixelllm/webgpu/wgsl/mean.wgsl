// y[t] = the mean of x over the session so far, a thread for each column.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let column = id.x + id.y * count.x * THREADS;
    if (column >= shape.columns) {
        return;
    }
    var all = sum[column];
    for (var t = 0u; t < session.count; t++) {
        let at = (session.first + t) * shape.pitch + column;
        all += x[at];
        y[at] = all / f32(session.position + t + 1u);
    }
    sum[column] = all;
}
