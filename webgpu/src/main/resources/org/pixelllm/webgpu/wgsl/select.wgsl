// y = the rows of x whose logits are asked for.

struct Shape {
    groups: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * 64u;
    let row = i / shape.groups;
    if (row < now[1]) {
        y[i] = x[now[2u + now[0] + row] * shape.groups + i % shape.groups];
    }
}
