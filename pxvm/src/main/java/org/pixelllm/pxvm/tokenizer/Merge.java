package org.pixelllm.pxvm.tokenizer;

/**
 * Two neighbouring tokens that become one; its rank is its place in a list, the first merged first.
 *
 * @param left the id of the first
 * @param right the id of the second
 */
public record Merge(int left, int right) {

    /** The place of a merge in messages. */
    static String place(int rank) {
        return "merge " + rank;
    }
}
