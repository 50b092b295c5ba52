fn codes(row: u32, group: u32) -> vec4<f32> {
    return weight[within(row, group)];
}

fn scale(row: u32, block: u32) -> f32 {
    return 1.0;
}
