fn row_at(row: u32) -> u32 {
    return row * place.pages_per_row * place.pitch;
}

fn within(row: u32, i: u32) -> u32 {
    return row + i / place.payload * place.pitch + i % place.payload;
}
