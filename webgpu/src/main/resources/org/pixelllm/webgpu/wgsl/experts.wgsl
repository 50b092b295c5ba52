// y[r, j·outputs + a] = Σ_i x[r, j·x_step + i] · w[e·outputs + a, i] for the experts e that a row chose, in their order j.

// A pair is a row and an expert of its choice: number row · k + j. The first row of its expert's in the weight.
fn first_row(pair: u32) -> u32 {
    return u32(route[pair / shape.k * shape.route_pitch + pair % shape.k]) * shape.outputs;
}

// Columns after the last one count as zero.
fn column(at: u32, i: u32) -> f32 {
    return select(0.0, x[at + min(i, place.columns - 1u)], i < place.columns);
}

// The sums of the quad at a row of this piece over every SLICES-th block of columns, from number slice on.
fn sums_of(o: u32, pair: u32, slice: u32) -> vec4<f32> {
    let group = group_at(o);
    let quad = quad_of(o);
    let from_column = pair / shape.k * shape.x_pitch + pair % shape.k * shape.x_step;
    let groups = (place.columns + 3u) / 4u;
    var sums = vec4<f32>(0.0);
    for (var block = slice; block * BLOCK < place.columns; block += SLICES) {
        var part = vec4<f32>(0.0);
        var x_sum = 0.0;
        let end = min((block + 1u) * BLOCK / 4u, groups);
        for (var g = block * BLOCK / 4u; g < end; g++) {
            let i = 4u * g;
            let columns = vec4<f32>(
                column(from_column, i),
                column(from_column, i + 1u),
                column(from_column, i + 2u),
                column(from_column, i + 3u),
            );
            part += codes(group, quad, g) * columns;
            x_sum += columns.x + columns.y + (columns.z + columns.w);
        }
        sums += worth(factors(group, quad, block), part, x_sum);
    }
    return sums;
}

// Whether a row of the weight is in this piece, and a quad from it on has rows of the expert whose first one this is.
fn has_rows(row: u32, first: u32) -> bool {
    return row - shape.first < shape.count && row < first + shape.outputs && row + 4u > first;
}

// Puts those sums of a quad that are of the expert's rows into their places.
fn put(row: u32, first: u32, pair: u32, sums: vec4<f32>) {
    let to = pair / shape.k * shape.y_pitch + pair % shape.k * shape.outputs;
    for (var i = 0u; i < 4u; i++) {
        let output = row + i - first; // wraps around where it is before the expert
        if (output < shape.outputs) {
            y[to + output] = sums[i];
        }
    }
}
