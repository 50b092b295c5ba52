// y[t] = a row of a weight; a file of its own says which one. Rows of other pieces of the weight are not written.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let t = i / shape.groups;
    if (t >= now[TOKENS]) {
        return;
    }
    let row = row_of(t) - shape.first; // wraps around where it is before this piece
    if (row < shape.count) {
        let g = i % shape.groups;
        let w = codes(group_at(row), quad_of(row), g);
        let f = factors(group_at(row), quad_of(row), 4u * g / BLOCK);
        var rows = transpose(
            mat4x4<f32>(worth(f, w[0], 1.0), worth(f, w[1], 1.0), worth(f, w[2], 1.0), worth(f, w[3], 1.0)),
        );
        y[i] = rows[row % 4u];
    }
}
