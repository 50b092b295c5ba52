fn f(x: vec4<f32>, number: f32) -> vec4<f32> {
    return x * 0.5 * (1.0 + safe_tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
}
