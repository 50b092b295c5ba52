// y[r, o] = Σ_i x[r, i] · w[o, i], of TILE rows of x at a time: a row of weights is unpacked once for all of them. Each
// sum is taken in the same order whatever TILE is.

// Columns after the last one count as zero, whatever is stored there.
fn masked(value: vec4<f32>, group: u32) -> vec4<f32> {
    let column = vec4<u32>(4u * group) + vec4<u32>(0u, 1u, 2u, 3u);
    return select(vec4<f32>(0.0), value, column < vec4<u32>(shape.columns));
}
