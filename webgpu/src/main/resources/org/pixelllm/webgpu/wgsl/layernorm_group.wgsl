// A workgroup for each row.

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let run = group.x + group.y * count.x;
    let columns = select(0u, shape.columns, run < now[shape.rows] * shape.runs);
    let from_column = run / shape.runs * shape.pitch + run % shape.runs * shape.columns;
    var sum = 0.0;
    for (var i = thread; i < columns; i += THREADS) {
        sum += x[from_column + i];
    }
    let mean = sum_of_all(0u, thread, sum) / f32(shape.columns);
    var squares = 0.0;
    for (var i = thread; i < columns; i += THREADS) {
        let off = x[from_column + i] - mean;
        squares += off * off;
    }
    let factor = 1.0 / sqrt(sum_of_all(1u, thread, squares) / f32(shape.columns) + shape.epsilon);
    for (var i = thread; i < columns; i += THREADS) {
        y[from_column + i] = (x[from_column + i] - mean) * factor * gain[i];
    }
}
