fn codes(row: u32, group: u32) -> vec4<f32> {
    return vec4<f32>(unpack4xI8(weight[within(row, place.codes + group)]));
}

fn scale(row: u32, block: u32) -> f32 {
    let two = unpack2x16float(weight[within(row, block / 2u)]);
    return select(two.x, two.y, block % 2u == 1u);
}
