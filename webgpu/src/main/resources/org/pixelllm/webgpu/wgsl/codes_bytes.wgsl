// The columns 4·g to 4·g + 3: signed bytes.
fn codes(group: u32, quad: u32, g: u32) -> mat4x4<f32> {
    let column = 4u * g;
    let at = block_at(group, column / BLOCK) + 4u * (column % BLOCK) + quad;
    return mat4x4<f32>(bytes(at), bytes(at + 4u), bytes(at + 8u), bytes(at + 12u));
}
