// y[r, o] = Σ_i x[r, i] · w[o, i], of TILE rows of x at a time: a row of weights is unpacked once for all of them. Each
// sum is taken in the same order whatever TILE is.

struct Shape {
    rows: u32,
    columns: u32, // of w
    x_groups: u32, // groups of four columns in a row of x
    y_pitch: u32, // columns from a row of y to the next
    first: u32, // the first row of this piece of w
    count: u32, // its rows
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

// Columns behind the last one count as zero, whatever lies there.
fn masked(value: vec4<f32>, group: u32) -> vec4<f32> {
    let column = vec4<u32>(4u * group) + vec4<u32>(0u, 1u, 2u, 3u);
    return select(vec4<f32>(0.0), value, column < vec4<u32>(shape.columns));
}
