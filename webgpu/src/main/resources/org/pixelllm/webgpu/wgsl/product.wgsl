// y[r, o] = Σ_i x[r, i] · w[o, i]. A thread has a quad of w and TILE rows of x, and unpacks each code once for all of them.
// Each sum is taken in the same order whatever TILE is.

// The sums over every SLICES-th block of columns, from number slice on.
fn sums_of(o: u32, first: u32, slice: u32) -> array<vec4<f32>, TILE> {
    let group = group_at(o);
    let quad = quad_of(o);
    // The zeros are written out: without, SwiftShader in Chromium 156 went on with the sums of the block before.
    var sums = array<vec4<f32>, TILE>();
    for (var block = slice; block * BLOCK < place.columns; block += SLICES) {
        var part = array<vec4<f32>, TILE>();
        var x_sum = array<f32, TILE>();
        let end = min((block + 1u) * BLOCK / 4u, shape.x_groups);
        for (var g = block * BLOCK / 4u; g < end; g++) {
            let w = codes(group, quad, g);
            // Columns after the last one count as zero, whatever is stored there.
            let inside = vec4<u32>(4u * g) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(place.columns);
            for (var r = 0u; r < TILE; r++) {
                let columns = select(vec4<f32>(0.0), x[(first + r) * shape.x_groups + g], inside);
                part[r] += w * columns;
                if (FACTORS == 2u) {
                    x_sum[r] += columns.x + columns.y + (columns.z + columns.w);
                }
            }
        }
        let f = factors(group, quad, block);
        for (var r = 0u; r < TILE; r++) {
            sums[r] += worth(f, part[r], x_sum[r]);
        }
    }
    return sums;
}
