// The weighted mean of the values: a thread for each column of a unit.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let unit = i / shape.width;
    if (unit >= session.count * shape.heads) {
        return;
    }
    let column = i % shape.width;
    let position = position_of(unit);
    let first = first_of(position);
    let weights = unit * shape.stride;
    let from_column = key_column(unit) + column;
    var mixed = 0.0;
    for (var s = 0u; s <= position - first; s++) {
        mixed += scores[weights + s] * values[(first + s) * shape.columns + from_column];
    }
    y[query_at(unit) + column] = mixed / scores[weights + shape.stride - 1u];
}
