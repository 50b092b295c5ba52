fn codes(row: u32, group: u32) -> vec4<f32> {
    let w = weight[within(row, group)];
    let q = vec4<u32>(w, w >> 8u, w >> 16u, w >> 24u) & vec4<u32>(0xFFu);
    return vec4<f32>(q) / 255.0 * place.span + place.low;
}

fn scale(row: u32, block: u32) -> f32 {
    return 1.0;
}
