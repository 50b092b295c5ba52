// Where a weight's rows lie: the mapped bytes of a cartridge, framing between the pages and all. Lengths are in units of
// what four columns take: 16 bytes of f32, 8 of f16 and bf16, else 4.

struct Place {
    rows_per_page: u32, // 0 where a row takes several pages
    pitch: u32, // from a page to the next
    stride: u32, // from a row to the next
    pages_per_row: u32,
    payload: u32, // what a page holds
    codes: u32, // from a row's start to its codes
    low: f32, // u8: the value of code 0
    span: f32, // u8: from there to the value of code 255
}

@group(0) @binding(6) var<uniform> place: Place;
