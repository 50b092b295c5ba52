fn row_of(t: u32) -> u32 {
    return now[POSITIONS + t];
}
