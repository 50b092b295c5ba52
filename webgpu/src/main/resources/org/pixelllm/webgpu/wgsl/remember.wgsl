// Puts this step's keys and values behind those of earlier steps.

struct Session {
    first: u32,
    count: u32,
    position: u32,
}

struct Shape {
    pitch: u32, // columns from a row of k and v to the next
    columns: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(3) var<storage, read> k: array<f32>;
@group(0) @binding(4) var<storage, read> v: array<f32>;
@group(1) @binding(0) var<uniform> session: Session;
@group(1) @binding(1) var<storage, read_write> keys: array<f32>;
@group(1) @binding(2) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * 64u;
    let t = i / shape.columns;
    if (t < session.count) {
        let from_column = (session.first + t) * shape.pitch + i % shape.columns;
        let to_column = session.position * shape.columns + i;
        keys[to_column] = k[from_column];
        values[to_column] = v[from_column];
    }
}
