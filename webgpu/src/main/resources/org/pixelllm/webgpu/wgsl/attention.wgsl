// Shared by the kernels of attention. A unit is one query head of one token. Its scores are contiguous, from the first
// position that it attends to, followed by their sum.

fn position_of(unit: u32) -> u32 {
    return session.position + unit / shape.heads;
}

fn first_of(position: u32) -> u32 {
    return select(0u, position + 1u - shape.window, shape.window > 0u && position + 1u > shape.window);
}

fn query_at(unit: u32) -> u32 {
    return (session.first + unit / shape.heads) * shape.pitch + unit % shape.heads * shape.width;
}

fn key_column(unit: u32) -> u32 {
    return unit % shape.heads / shape.shared_by * shape.width;
}
