// A row's prediction as pixels: the highest of all parts' finds, and the softmax over these alone; a workgroup for each
// row. A row with a logit that is not finite has black pixels, which no other row has. A vocabulary beyond NARROW has a
// whole word for each token: three bytes of its id, and its confidence.

var<workgroup> pixels: array<u32, THREADS>;

fn sample(i: u32, top: u32) -> u32 {
    return select(0u, (pixels[min(i / 3u, MAX_TOP - 1u)] >> (8u * (i % 3u))) & 0xffu, i < 3u * top);
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = group.x + group.y * count.x;
    if (row >= now[ROWS]) {
        return;
    }
    let top = tops[row];
    let first = row * shape.parts;
    var last = Find(0.0, NOTHING);
    var highest = 0.0;
    var weight = 1.0;
    var sum = 0.0;
    var own = 0.0; // this thread's pixel
    var own_id = 0u;
    for (var n = 0u; n < top; n++) {
        var best = Find(0.0, NOTHING);
        for (var i = thread; i < shape.parts * top; i += THREADS) {
            let each = finds[(first + i / top) * FINDS + i % top];
            if ((n == 0u || is_better(last, each)) && is_better(each, best)) {
                best = each;
            }
        }
        last = best_of_all(thread, best);
        highest = select(highest, last.value, n == 0u);
        weight = min(weight, exp(last.value - highest)); // never grows, whatever exp does to the last bit
        sum += weight;
        own = select(own, weight, n == thread);
        own_id = select(own_id, last.id, n == thread);
    }
    var fault = 0u;
    for (var part = 0u; part < shape.parts; part++) {
        fault |= finds[(first + part) * FINDS + MAX_TOP].id;
    }
    let confidence = u32(clamp(floor(255.0 / sum * own), 0.0, 255.0));
    let is_narrow = shape.vocabulary <= NARROW;
    pixels[thread] = select(own_id | (confidence << select(24u, 16u, is_narrow)), 0u, fault != 0u);
    workgroupBarrier();
    for (var word = thread; word < picture.prediction_words; word += THREADS) {
        if (!is_narrow) {
            drawn[row * picture.row_words + word] = select(0u, pixels[min(word, MAX_TOP - 1u)], word < top);
            continue;
        }
        let i = 4u * word;
        drawn[row * picture.row_words + word] = sample(i, top)
            | (sample(i + 1u, top) << 8u)
            | (sample(i + 2u, top) << 16u)
            | (sample(i + 3u, top) << 24u);
    }
}
