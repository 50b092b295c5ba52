// Shared by the kernels that draw rows of logits. A row is searched in parts; the finds of a part are its highest logits,
// best first, and its lowest one, whose id is 1 where a logit of the part is not finite.

const NOTHING = 0xffffffffu;

fn is_better(a: Find, b: Find) -> bool {
    return a.id != NOTHING && (b.id == NOTHING || a.value > b.value || (a.value == b.value && a.id < b.id));
}
