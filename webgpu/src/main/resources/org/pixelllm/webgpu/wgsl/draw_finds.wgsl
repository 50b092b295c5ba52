// The finds of a part: a workgroup for each part.

const OWN = PART / THREADS; // logits of a thread

var<workgroup> lows: array<f32, THREADS>;
var<workgroup> faults: array<u32, THREADS>;

fn is_finite(value: f32) -> bool {
    return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let unit = group.x + group.y * count.x;
    let row = unit / shape.parts;
    if (row >= now[ROWS]) {
        return;
    }
    let first = unit % shape.parts * PART + thread;
    var own: array<f32, OWN>;
    var low = 3.4028234e38;
    var fault = 0u;
    for (var i = 0u; i < OWN; i++) {
        let id = first + THREADS * i;
        if (id < shape.vocabulary) {
            own[i] = logits[row * shape.pitch + id];
            low = min(low, own[i]);
            fault |= select(1u, 0u, is_finite(own[i]));
        }
    }
    lows[thread] = low;
    faults[thread] = fault;
    for (var step = THREADS / 2u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (thread < step) {
            lows[thread] = min(lows[thread], lows[thread + step]);
            faults[thread] |= faults[thread + step];
        }
    }
    if (thread == 0u) {
        finds[unit * FINDS + MAX_TOP] = Find(lows[0], faults[0]);
    }
    var taken = 0u; // a bit for each of its own
    let top = tops[row];
    for (var n = 0u; n < top; n++) {
        var best = Find(0.0, NOTHING);
        for (var i = 0u; i < OWN; i++) {
            let each = Find(own[i], first + THREADS * i);
            if (each.id < shape.vocabulary && (taken & (1u << i)) == 0u && is_better(each, best)) {
                best = each;
            }
        }
        let highest = best_of_all(thread, best);
        if (highest.id != NOTHING && highest.id == best.id) {
            taken |= 1u << ((best.id - first) / THREADS);
        }
        if (thread == 0u) {
            finds[unit * FINDS + n] = highest;
        }
    }
}
