fn four(at: u32) -> vec4<f32> {
    return vec4<f32>(unpack4xU8(weight[at])) / 255.0 * place.span + place.low;
}
