// Appends this step's keys and values to those of earlier steps.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let t = i / shape.columns;
    if (t < session.count) {
        let from_column = (session.first + t) * shape.pitch + i % shape.columns;
        let to_column = session.position * shape.columns + i;
        keys[to_column] = k[from_column];
        values[to_column] = v[from_column];
    }
}
