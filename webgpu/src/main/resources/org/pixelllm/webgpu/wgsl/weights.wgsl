// Weights lie in groups of LINES rows. A quad is four rows of a group, side by side in every column: a thread reads all four
// at once. What is read of a quad is a matrix with a column for each of four columns of the weight, and a row for each row.

fn group_at(row: u32) -> u32 {
    return row / LINES * place.stride;
}

fn quad_of(row: u32) -> u32 {
    return row % LINES / 4u;
}

// What a sum over a block's codes is worth: f holds the block's scale and its minimum, for the types that have them.
fn worth(f: mat2x4<f32>, sum: vec4<f32>, x_sum: f32) -> vec4<f32> {
    if (FACTORS == 0u) {
        return sum;
    }
    if (FACTORS == 1u) {
        return f[0] * sum;
    }
    return f[0] * sum + f[1] * x_sum;
}
