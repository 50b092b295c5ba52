// y = f(x), four columns at a time; f stands in a file of its own.
// now: the tokens of this step, the rows asked for, then a word for each position and row, then the token image's bytes.

struct Shape {
    rows: u32, // 0: as many rows as tokens, 1: as many as are asked for
    groups: u32, // groups of four columns in a row
    number: f32, // what f needs
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * 64u;
    if (i < now[shape.rows] * shape.groups) {
        y[i] = f(x[i], shape.number);
    }
}
