// The best of all threads' finds, for each of them.

var<workgroup> bests: array<Find, THREADS>;

fn best_of_all(thread: u32, own: Find) -> Find {
    workgroupBarrier(); // until all have read the last one
    bests[thread] = own;
    for (var step = THREADS / 2u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (thread < step && is_better(bests[thread + step], bests[thread])) {
            bests[thread] = bests[thread + step];
        }
    }
    workgroupBarrier();
    return bests[0];
}
