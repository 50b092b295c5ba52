// A thread for each position that a unit attends to.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let unit = id.y + id.z * count.y;
    let position = position_of(unit);
    let key = first_of(position) + id.x;
    if (unit >= session.count * shape.heads || key > position) {
        return;
    }
    let query = query_at(unit);
    let at = key * shape.columns + key_column(unit);
    var dot = 0.0;
    for (var i = 0u; i < shape.width; i++) {
        dot += q[query + i] * keys[at + i];
    }
    dot *= shape.scale;
    if (shape.softcap > 0.0) {
        dot = shape.softcap * safe_tanh(vec4<f32>(dot / shape.softcap)).x;
    }
    scores[unit * shape.stride + id.x] = dot;
}
