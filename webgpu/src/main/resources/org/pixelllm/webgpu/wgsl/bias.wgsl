// y += b, for every row.

struct Shape {
    rows: u32,
    groups: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * 64u;
    if (i < now[shape.rows] * shape.groups) {
        let group = i % shape.groups;
        let at = row_at(0u);
        y[i] += codes(at, group) * scale(at, group / 8u);
    }
}
