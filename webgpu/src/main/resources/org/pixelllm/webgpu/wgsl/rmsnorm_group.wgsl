// A workgroup for each run.

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let run = group.x + group.y * count.x;
    let columns = select(0u, shape.columns, run < now[shape.rows] * shape.runs);
    let from_column = run / shape.runs * shape.pitch + run % shape.runs * shape.columns;
    var squares = 0.0;
    for (var i = thread; i < columns; i += THREADS) {
        squares += x[from_column + i] * x[from_column + i];
    }
    let factor = 1.0 / sqrt(sum_of_all(1u, thread, squares) / f32(shape.columns) + shape.epsilon);
    for (var i = thread; i < columns; i += THREADS) {
        y[from_column + i] = x[from_column + i] * factor * gain[i];
    }
}
