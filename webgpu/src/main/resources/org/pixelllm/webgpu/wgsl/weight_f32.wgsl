fn four(at: u32) -> vec4<f32> {
    return weight[at];
}
