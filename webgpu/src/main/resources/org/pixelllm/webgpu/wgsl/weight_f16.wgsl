fn codes(row: u32, group: u32) -> vec4<f32> {
    let w = weight[within(row, group)];
    return vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y));
}

fn scale(row: u32, block: u32) -> f32 {
    return 1.0;
}
