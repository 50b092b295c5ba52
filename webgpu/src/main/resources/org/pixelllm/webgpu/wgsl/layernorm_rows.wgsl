// A thread for each row.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let run = id.x + id.y * count.x * THREADS;
    if (run >= now[shape.rows] * shape.runs) {
        return;
    }
    let from_column = run / shape.runs * shape.pitch + run % shape.runs * shape.columns;
    var sum = 0.0;
    for (var i = 0u; i < shape.columns; i++) {
        sum += x[from_column + i];
    }
    let mean = sum / f32(shape.columns);
    var squares = 0.0;
    for (var i = 0u; i < shape.columns; i++) {
        let off = x[from_column + i] - mean;
        squares += off * off;
    }
    let factor = 1.0 / sqrt(squares / f32(shape.columns) + shape.epsilon);
    for (var i = 0u; i < shape.columns; i++) {
        y[from_column + i] = (x[from_column + i] - mean) * factor * gain[i];
    }
}
