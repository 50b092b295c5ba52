// A thread for each quad: for adapters that are a CPU.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let item = id.x + id.y * count.x * THREADS;
    if (item >= now[shape.rows] * shape.k * shape.parts) {
        return;
    }
    let pair = item / shape.parts;
    let first = first_row(pair);
    let row = (first / 4u + item % shape.parts) * 4u;
    if (has_rows(row, first)) {
        put(row, first, pair, sums_of(row - shape.first, pair, 0u));
    }
}
