/**
 * SentencePiece's precompiled_charsmap: the length of a double-array trie u32, the trie's units u32, and texts, each with a NUL
 * after it. A cluster of characters that a reader sees as one is looked up as a whole where it has fewer than six bytes, else
 * character by character.
 */

import { clustersOf } from './clusters.js';
import { TokenizerFault } from './section.js';
import { replacedText, utf8 } from './utf8.js';

export const MAX_BYTES = 1 << 24;
const MAX_CLUSTER_BYTES = 5;

export class CharacterMap {
    constructor(bytes) {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const length = bytes.length < 4 ? -1 : view.getInt32(0, true);
        if (length < 0 || length % 4 !== 0 || length > bytes.length - 4) {
            throw new TokenizerFault('precompiled_charsmap', `a trie and texts, at most ${MAX_BYTES} bytes`, `${bytes.length} bytes`);
        }
        Object.assign(this, { view, unitBytes: length, texts: bytes.subarray(4 + length) });
    }

    apply(text) {
        let mapped = '';
        for (const cluster of clustersOf(text)) {
            const bytes = utf8(cluster);
            const whole = bytes.length <= MAX_CLUSTER_BYTES ? this.replacement(bytes) : undefined;
            mapped += whole ?? Array.from(cluster, (each) => this.replacement(utf8(each)) ?? each).join('');
        }
        return mapped;
    }

    unit(index) {
        const at = index << 2;
        return at >= 0 && at < this.unitBytes ? this.view.getInt32(4 + at, true) : 0;
    }

    /** What the shortest beginning of these bytes that is in the trie becomes. */
    replacement(key) {
        let node = offset(this.unit(0));
        for (const each of key) {
            if (each === 0) {
                return undefined;
            }
            node ^= each;
            const unit = this.unit(node);
            if ((unit & 0x800000ff) !== each) {
                return undefined;
            }
            node ^= offset(unit);
            if (((unit >>> 8) & 1) !== 0) {
                return this.text(this.unit(node) & 0x7fffffff);
            }
        }
        return undefined;
    }

    text(at) {
        if (at >= this.texts.length) {
            return undefined;
        }
        const end = this.texts.indexOf(0, at);
        return replacedText(this.texts.subarray(at, end < 0 ? this.texts.length : end));
    }
}

const offset = (unit) => (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
