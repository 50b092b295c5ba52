// y[t] = the mean of x over the session so far, a thread for each column.

struct Session {
    first: u32, // its first token in this step
    count: u32, // its tokens
    position: u32, // of the first of them
}

struct Shape {
    pitch: u32,
    columns: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(1) @binding(0) var<uniform> session: Session;
@group(1) @binding(1) var<storage, read_write> sum: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let column = id.x + id.y * count.x * 64u;
    if (column >= shape.columns) {
        return;
    }
    var all = sum[column];
    for (var t = 0u; t < session.count; t++) {
        let at = (session.first + t) * shape.pitch + column;
        all += x[at];
        y[at] = all / f32(session.position + t + 1u);
    }
    sum[column] = all;
}
