// Byte j of a row holds column j of the block in its low half, and column j + BLOCK / 2 in its high one; ZERO stands for 0.
fn nibbles(word: u32, shift: u32) -> vec4<f32> {
    return vec4<f32>(unpack4xU8((word >> shift) & 0x0F0F0F0Fu)) - f32(ZERO);
}

// The columns 4·g to 4·g + 3.
fn codes(group: u32, quad: u32, g: u32) -> mat4x4<f32> {
    let column = 4u * g;
    let at = block_at(group, column / BLOCK) + 4u * (column % (BLOCK / 2u)) + quad;
    let shift = select(0u, 4u, column % BLOCK >= BLOCK / 2u);
    return mat4x4<f32>(
        nibbles(weight[at], shift),
        nibbles(weight[at + 4u], shift),
        nibbles(weight[at + 8u], shift),
        nibbles(weight[at + 12u], shift),
    );
}
