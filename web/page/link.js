/** Links: what the page shows, in the fragment. A link fills in and never runs by itself. */

const NUMBERS = ['temperature', 'topK', 'topP', 'minP', 'repeatPenalty', 'seed'];

/** The fragment of a link to what is shown. */
export function fragmentOf({ text, sampling, layer, head, token, digest, changes }) {
    const entries = new URLSearchParams({ text, layer, head, token, cartridge: digest });
    NUMBERS.forEach((key) => entries.set(key, sampling[key]));
    if (changes.length > 0) {
        entries.set('changes', JSON.stringify(changes));
    }
    return `#${entries}`;
}

/** What a fragment says; undefined entries where it says nothing. */
export function readFragment(fragment) {
    const entries = new URLSearchParams(fragment.replace(/^#/, ''));
    const whole = (key) => (/^-?\d{1,9}$/.test(entries.get(key) ?? '') ? Number(entries.get(key)) : undefined);
    const sampling = {};
    for (const key of NUMBERS) {
        const value = Number(entries.get(key));
        if (entries.has(key) && Number.isFinite(value) && value >= 0) {
            sampling[key] = value;
        }
    }
    let changes = [];
    try {
        changes = JSON.parse(entries.get('changes') ?? '[]');
    } catch {
        changes = []; // not a list: the link was cut
    }
    return {
        text: entries.get('text') ?? undefined, digest: entries.get('cartridge') ?? undefined,
        layer: whole('layer'), head: whole('head'), token: whole('token'), sampling, changes: Array.isArray(changes) ? changes : [],
    };
}
