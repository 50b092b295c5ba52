fn row_at(row: u32) -> u32 {
    return row / place.rows_per_page * place.pitch + row % place.rows_per_page * place.stride;
}

fn within(row: u32, i: u32) -> u32 {
    return row + i;
}
