// A scale and a minimum for each unit, and for each block the bytes that they are multiplied by.
fn factors(group: u32, quad: u32, block: u32) -> mat2x4<f32> {
    let shared_at = unit_at(group, block) + 2u * quad;
    let at = block_at(group, block) + CODE_WORDS + quad;
    let scale = halves(shared_at) * bytes(at);
    if (FACTORS == 1u) {
        return mat2x4<f32>(scale, vec4<f32>());
    }
    return mat2x4<f32>(scale, halves(shared_at + LINES / 2u) * bytes(at + LINES / 4u));
}
