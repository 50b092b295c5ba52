// A block's four words hold columns 0 to 15 in their bytes' low nibbles and columns 16 to 31 in the high ones.
fn codes(row: u32, group: u32) -> vec4<f32> {
    let w = weight[within(row, place.codes + group / 8u * 4u + group % 4u)] >> (group % 8u / 4u * 4u);
    let n = vec4<u32>(w, w >> 8u, w >> 16u, w >> 24u) & vec4<u32>(0xFu);
    return vec4<f32>(n) - 8.0;
}

fn scale(row: u32, block: u32) -> f32 {
    let two = unpack2x16float(weight[within(row, block / 2u)]);
    return select(two.x, two.y, block % 2u == 1u);
}
