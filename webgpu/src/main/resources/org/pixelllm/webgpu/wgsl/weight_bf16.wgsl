fn codes(row: u32, group: u32) -> vec4<f32> {
    let w = weight[within(row, group)];
    return bitcast<vec4<f32>>(vec4<u32>(w.x << 16u, w.x & 0xFFFF0000u, w.y << 16u, w.y & 0xFFFF0000u));
}

fn scale(row: u32, block: u32) -> f32 {
    return 1.0;
}
