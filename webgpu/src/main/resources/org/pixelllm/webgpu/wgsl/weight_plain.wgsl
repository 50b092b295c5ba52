// Types whose elements stand for themselves: a column of a quad is one element of the array.

// The columns 4·g to 4·g + 3; those after the last one are that one again.
fn codes(group: u32, quad: u32, g: u32) -> mat4x4<f32> {
    let at = group + quad;
    let last = place.columns - 1u;
    return mat4x4<f32>(
        four(at + 4u * min(4u * g, last)),
        four(at + 4u * min(4u * g + 1u, last)),
        four(at + 4u * min(4u * g + 2u, last)),
        four(at + 4u * min(4u * g + 3u, last)),
    );
}

fn factors(group: u32, quad: u32, block: u32) -> mat2x4<f32> {
    return mat2x4<f32>();
}
