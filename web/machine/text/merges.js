/** Byte-pair encoding: which pairs of neighbouring tokens become one, in what order, and doing it. */

import { NO_TOKEN, NORMAL } from './pieces.js';
import { TokenizerFault } from './section.js';
import { keyOf } from './utf8.js';

const MAX_PAIRS = 1 << 22;
const EMPTY = -1;
const END = -1;

/** A hash table from two numbers, the second below 2²⁰, to a rank and to the number that the pair becomes. */
export class PairTable {
    constructor() {
        this.size = 0;
        this.make(1 << 10);
    }

    make(length) {
        this.keys = new Float64Array(length).fill(EMPTY);
        this.ranks = new Int32Array(length);
        this.merged = new Int32Array(length);
    }

    /** Adds a pair; false where it was there, and stays as it was. */
    add(left, right, rank, merged) {
        if (2 * this.size >= this.keys.length) {
            this.grow();
        }
        const at = this.slot(left, right);
        if (this.keys[at] !== EMPTY) {
            return false;
        }
        this.keys[at] = left * 0x100000 + right;
        this.ranks[at] = rank;
        this.merged[at] = merged;
        this.size++;
        return true;
    }

    /** Where a pair is in the table, or -1. */
    find(left, right) {
        const at = this.slot(left, right);
        return this.keys[at] === EMPTY ? -1 : at;
    }

    slot(left, right) {
        const key = left * 0x100000 + right;
        const mask = this.keys.length - 1;
        const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right + 0x7f4a7c15, 0x85ebca6b);
        let at = (hash ^ (hash >>> 15)) & mask;
        while (this.keys[at] !== EMPTY && this.keys[at] !== key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    grow() {
        const { keys, ranks, merged } = this;
        this.make(2 * keys.length);
        keys.forEach((key, i) => {
            if (key !== EMPTY) {
                const at = this.slot(Math.floor(key / 0x100000), key % 0x100000);
                this.keys[at] = key;
                this.ranks[at] = ranks[i];
                this.merged[at] = merged[i];
            }
        });
    }
}

/** The ranked list of a section, in pairs. */
export function readMerges(input) {
    const count = input.count(MAX_PAIRS, 8, 'number of merges');
    return Int32Array.from({ length: 2 * count }, (_, i) => input.i32(`merge ${i >> 1}`));
}

/** The table of a ranked list: a pair becomes the piece that is spelled as both together. */
export function rankedTable(pieces, merges) {
    const table = new PairTable();
    const spelling = (id, rank) => {
        if (!pieces.isMergeable(id)) {
            throw new TokenizerFault(`merge ${rank}`, 'ids of pieces with a spelling', String(id >>> 0));
        }
        return keyOf(pieces.mergeable(id));
    };
    for (let rank = 0; 2 * rank < merges.length; rank++) {
        const [left, right] = [merges[2 * rank], merges[2 * rank + 1]];
        const merged = pieces.find(spelling(left, rank) + spelling(right, rank));
        if (merged === NO_TOKEN) {
            throw new TokenizerFault(`merge ${rank}`, 'two pieces whose joined spelling is a piece', `pieces ${left} and ${right}`);
        }
        if (!table.add(left, right, rank, merged)) {
            throw new TokenizerFault(`merge ${rank}`, 'a pair that no other merge has', `${left} and ${right}`);
        }
    }
    return table;
}

/** The table of a scored vocabulary: every way to cut a piece into two pieces, the highest score first. */
export function scoredTable(pieces, scores) {
    const order = new Map([...new Set(scores)].sort((a, b) => b - a).map((score, rank) => [score, rank]));
    const table = new PairTable();
    pieces.spellings.forEach((spelling, id) => {
        if (pieces.types[id] !== NORMAL) {
            return;
        }
        const [key, rank] = [keyOf(spelling), order.get(scores[id])];
        for (let cut = 1; cut < key.length; cut++) {
            const left = pieces.find(key.slice(0, cut));
            const right = left === NO_TOKEN ? left : pieces.find(key.slice(cut));
            if (right !== NO_TOKEN) {
                table.add(left, right, rank, id);
                if (table.size > MAX_PAIRS) {
                    throw new TokenizerFault('merges', `at most ${MAX_PAIRS} pairs`, String(table.size));
                }
            }
        }
    });
    return table;
}

/** Candidates, the least first: rank · 2³² + the position of the left token. */
class Heap {
    constructor() {
        this.heap = [];
    }

    add(value) {
        const { heap } = this;
        let at = heap.push(value) - 1;
        for (let above = (at - 1) >> 1; at > 0 && heap[above] > value; above = (at - 1) >> 1) {
            heap[at] = heap[above];
            at = above;
        }
        heap[at] = value;
    }

    take() {
        const { heap } = this;
        const least = heap[0];
        const last = heap.pop();
        let at = 0;
        for (let child = 1; child < heap.length; child = 2 * at + 1) {
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
                child++;
            }
            if (last <= heap[child]) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        if (heap.length > 0) {
            heap[at] = last;
        }
        return least;
    }
}

/**
 * Merges the tokens of a stretch, again and again the pair of lowest rank, the leftmost where ranks are equal, and adds what
 * they become to a list.
 *
 * @param {Int32Array} ids the stretch's smallest tokens; overwritten
 */
export function merge(ids, table, to) {
    const count = ids.length;
    const next = Int32Array.from(ids, (_, i) => (i + 1 < count ? i + 1 : END));
    const previous = Int32Array.from(ids, (_, i) => i - 1);
    const candidates = new Heap();
    const propose = (left, right) => {
        const found = table.find(ids[left], ids[right]);
        if (found >= 0) {
            candidates.add(table.ranks[found] * 2 ** 32 + left);
        }
    };
    for (let i = 1; i < count; i++) {
        propose(i - 1, i);
    }
    while (candidates.heap.length > 0) {
        const candidate = candidates.take();
        const left = candidate % 2 ** 32;
        const right = ids[left] === END ? END : next[left];
        if (right === END) {
            continue;
        }
        const found = table.find(ids[left], ids[right]);
        // Its tokens may have been merged with others since it was proposed.
        if (found < 0 || table.ranks[found] !== Math.floor(candidate / 2 ** 32)) {
            continue;
        }
        ids[left] = table.merged[found];
        ids[right] = END;
        next[left] = next[right];
        if (next[left] !== END) {
            previous[next[left]] = left;
            propose(left, next[left]);
        }
        if (previous[left] !== END) {
            propose(previous[left], left);
        }
    }
    for (let i = count === 0 ? END : 0; i !== END; i = next[i]) {
        to.push(ids[i]);
    }
}
