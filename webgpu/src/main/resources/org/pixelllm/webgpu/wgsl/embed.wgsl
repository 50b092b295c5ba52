// A token's id, read off its pixel in the token image: R + 256 G, and B above these where a vocabulary is larger.
fn byte(at: u32) -> u32 {
    return (now[2u + now[0] + now[1] + at / 4u] >> (at % 4u * 8u)) & 0xFFu;
}

fn wanted(t: u32) -> u32 {
    let pixel = 3u * (t + 1u);
    return byte(pixel) + 256u * byte(pixel + 1u) + 65536u * byte(pixel + 2u);
}
