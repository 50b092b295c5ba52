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
        let at = row_at(row);
        let group = i % shape.groups;
        y[i] = codes(at, group) * scale(at, group / 8u);
    }
}
