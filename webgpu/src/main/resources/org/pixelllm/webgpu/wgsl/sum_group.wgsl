// The sum over a workgroup's threads, returned to each of them. Each sum of a kernel has shared memory of its own: a
// driver was seen to read, after the barrier, what was there before it.

var<workgroup> sums: array<array<f32, THREADS>, 2>;

fn sum_of_all(which: u32, thread: u32, own: f32) -> f32 {
    sums[which][thread] = own;
    for (var step = THREADS / 2u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (thread < step) {
            sums[which][thread] += sums[which][thread + step];
        }
    }
    workgroupBarrier();
    return sums[which][0];
}
