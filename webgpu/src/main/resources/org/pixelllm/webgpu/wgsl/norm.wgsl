// Runs of columns, each brought to one size: what rmsnorm and layernorm share.

struct Shape {
    rows: u32,
    pitch: u32, // columns from a row to the next
    runs: u32, // runs in a row
    columns: u32, // of a run
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> now: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

fn gain(row: u32, i: u32) -> f32 {
    return codes(row, i / 4u)[i % 4u] * scale(row, i / 32u);
}
