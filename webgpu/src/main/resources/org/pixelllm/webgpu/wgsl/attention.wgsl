// What the kernels of attention share. A unit is one query head of one token; its scores lie together, from the first
// position that it looks back on, and behind them their sum.

struct Session {
    first: u32,
    count: u32,
    position: u32,
}

struct Shape {
    heads: u32,
    shared_by: u32, // query heads that share a key head
    width: u32, // of a head
    pitch: u32, // columns from a row of q and y to the next
    columns: u32, // of keys and values
    window: u32, // 0: no end
    stride: u32, // from a unit's scores to the next one's
    scale: f32,
    softcap: f32, // 0: none
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(1) @binding(0) var<uniform> session: Session;

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
