// Runs of columns, each brought to one size: what rmsnorm and layernorm share.

fn gain(row: u32, i: u32) -> f32 {
    return codes(row, i / 4u)[i % 4u] * scale(row, i / 32u);
}
