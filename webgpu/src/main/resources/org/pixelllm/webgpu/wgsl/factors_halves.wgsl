// A scale and a minimum for each block.
fn factors(group: u32, quad: u32, block: u32) -> mat2x4<f32> {
    let at = block_at(group, block) + CODE_WORDS + 2u * quad;
    if (FACTORS == 1u) {
        return mat2x4<f32>(halves(at), vec4<f32>());
    }
    return mat2x4<f32>(halves(at), halves(at + LINES / 2u));
}
