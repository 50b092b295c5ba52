// The sum over a workgroup of 64 threads, for each of them. Each sum of a kernel has shared memory of its own: a driver was
// seen to read behind the barrier what stood in front of it.

var<workgroup> sums: array<array<f32, 64>, 2>;

fn sum_of_all(which: u32, thread: u32, own: f32) -> f32 {
    sums[which][thread] = own;
    for (var step = 32u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (thread < step) {
            sums[which][thread] += sums[which][thread + step];
        }
    }
    workgroupBarrier();
    return sums[which][0];
}
