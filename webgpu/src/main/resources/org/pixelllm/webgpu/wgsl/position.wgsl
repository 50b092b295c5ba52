fn wanted(t: u32) -> u32 {
    return now[2u + t];
}
