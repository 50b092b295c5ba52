// A workgroup for each group of rows of w: SLICES threads share a quad, and threads side by side read neighbouring memory.
// For GPUs.

const QUADS = LINES / 4u;

var<workgroup> shared_sums: array<vec4<f32>, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let item = group.x + group.y * count.x;
    let pairs = now[shape.rows] * shape.k;
    let pair = min(item / shape.parts, pairs - 1u);
    let first = first_row(pair);
    let row = (first / LINES + item % shape.parts) * LINES + thread % QUADS * 4u;
    let inside = item < pairs * shape.parts && has_rows(row, first);
    var own = vec4<f32>(0.0);
    if (inside) {
        own = sums_of(row - shape.first, pair, thread / QUADS);
    }
    shared_sums[thread] = own;
    for (var step = THREADS / 2u; step >= QUADS; step /= 2u) {
        workgroupBarrier();
        if (thread < step) {
            shared_sums[thread] += shared_sums[thread + step];
        }
    }
    workgroupBarrier();
    if (inside && thread < QUADS) {
        put(row, first, pair, shared_sums[thread]);
    }
}
