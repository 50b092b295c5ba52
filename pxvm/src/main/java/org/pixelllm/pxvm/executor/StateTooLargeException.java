package org.pixelllm.pxvm.executor;

import org.pixelllm.protocol.png.HeapSpace;

/** There is no room for a session's memory, or for a step of a program. */
public final class StateTooLargeException extends RuntimeException {

    /**
     * Says so.
     *
     * @param message with the numbers and what to do
     */
    public StateTooLargeException(String message) {
        super(message);
    }

    static StateTooLargeException ofSession(long needed, long left) {
        return new StateTooLargeException(
                "a session of this model keeps %,d bytes, and %,d are left. Close sessions. %s"
                        .formatted(needed, left, HeapSpace.REMEDY));
    }

    static StateTooLargeException ofPositions(int positions, long needed, long left) {
        return new StateTooLargeException(
                "a session of %,d positions takes %,d bytes more for its keys and values, and %,d are left. Give it fewer with --context, keep them in half the bytes with --keys-values f16, or close sessions."
                        .formatted(positions, needed, left));
    }

    static StateTooLargeException ofStep(long needed, int tokens, long left) {
        return needed > ScratchPlan.MAX_BYTES
                ? new StateTooLargeException(
                        "a step of %,d tokens takes %,d bytes of scratch memory in this model, more than the limit of %,d. Its program is not one to run."
                                .formatted(tokens, needed, ScratchPlan.MAX_BYTES))
                : new StateTooLargeException(
                        "a step of %,d tokens takes %,d bytes of scratch memory in this model, and %,d are left. %s"
                                .formatted(tokens, needed, left, HeapSpace.REMEDY));
    }
}
