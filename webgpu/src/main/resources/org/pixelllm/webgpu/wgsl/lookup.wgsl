// y[t] = a row of a weight; which one stands in a file of its own. Rows of other pieces of the weight are left alone.

struct Shape {
    groups: u32, // groups of four columns in a row
    first: u32, // the first row of this piece
    count: u32, // its rows
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let i = id.x + id.y * count.x * 64u;
    let t = i / shape.groups;
    if (t >= now[0]) {
        return;
    }
    let row = wanted(t) - shape.first; // wraps around where it is before this piece
    if (row < shape.count) {
        let at = row_at(row);
        let group = i % shape.groups;
        y[i] = codes(at, group) * scale(at, group / 8u);
    }
}
