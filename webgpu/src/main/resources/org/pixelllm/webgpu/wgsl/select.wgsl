// y = the rows of x whose logits are asked for.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * THREADS;
    let row = i / shape.groups;
    if (row < now[ROWS]) {
        y[i] = x[now[POSITIONS + now[TOKENS] + row] * shape.groups + i % shape.groups];
    }
}
