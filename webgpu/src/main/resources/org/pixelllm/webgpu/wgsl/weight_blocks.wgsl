// Types with codes in blocks: BLOCKS blocks of BLOCK columns are a unit of UNIT words, of which the first HEAD are common to
// all its blocks. A block is BLOCK_WORDS words, its codes CODE_WORDS of them, and what scales them comes after.

fn unit_at(group: u32, block: u32) -> u32 {
    return group + block / BLOCKS * UNIT;
}

fn block_at(group: u32, block: u32) -> u32 {
    return unit_at(group, block) + HEAD + block % BLOCKS * BLOCK_WORDS;
}

// An f16 for each row of a quad.
fn halves(at: u32) -> vec4<f32> {
    return vec4<f32>(unpack2x16float(weight[at]), unpack2x16float(weight[at + 1u]));
}

// A signed byte for each row of a quad.
fn bytes(at: u32) -> vec4<f32> {
    return vec4<f32>(unpack4xI8(weight[at]));
}
