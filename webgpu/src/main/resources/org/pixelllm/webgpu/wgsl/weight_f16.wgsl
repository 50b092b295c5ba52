fn four(at: u32) -> vec4<f32> {
    let w = weight[at];
    return vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y));
}
