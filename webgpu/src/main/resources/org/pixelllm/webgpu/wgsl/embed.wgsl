// A token's id, read from its pixel in the token image: R + 256 G, and B above these where a vocabulary is larger.
fn byte(at: u32) -> u32 {
    return (now[POSITIONS + now[TOKENS] + now[ROWS] + at / 4u] >> (at % 4u * 8u)) & 0xFFu;
}

fn row_of(t: u32) -> u32 {
    let pixel = 3u * (t + 1u);
    return byte(pixel) + 256u * byte(pixel + 1u) + 65536u * byte(pixel + 2u);
}
