// A workgroup for each group of rows of w: SLICES threads share a quad, and threads side by side read neighbouring memory.
// For GPUs.

const QUADS = LINES / 4u;

var<workgroup> shared_sums: array<array<vec4<f32>, THREADS>, TILE>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let quad = (group.x + group.y * count.x) * QUADS + thread % QUADS;
    let first = group.z * TILE;
    let n = now[shape.rows];
    let inside = quad < shape.count && first < n;
    var own = array<vec4<f32>, TILE>();
    if (inside) {
        own = sums_of(4u * quad, first, thread / QUADS);
    }
    for (var r = 0u; r < TILE; r++) {
        shared_sums[r][thread] = own[r];
    }
    for (var step = THREADS / 2u; step >= QUADS; step /= 2u) {
        workgroupBarrier();
        if (thread < step) {
            for (var r = 0u; r < TILE; r++) {
                shared_sums[r][thread] += shared_sums[r][thread + step];
            }
        }
    }
    workgroupBarrier();
    let r = thread / QUADS;
    if (inside && r < TILE && first + r < n) {
        y[(first + r) * shape.y_groups + shape.first + quad] = shared_sums[r][thread % QUADS];
    }
}
