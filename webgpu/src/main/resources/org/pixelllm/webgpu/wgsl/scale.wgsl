fn f(x: vec4<f32>, number: f32) -> vec4<f32> {
    return number * x;
}
