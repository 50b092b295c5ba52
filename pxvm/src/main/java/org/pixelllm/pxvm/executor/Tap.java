package org.pixelllm.pxvm.executor;

/**
 * Sees what a step computes, while it computes it. A step without a tap pays nothing for this: executors choose another
 * path.
 */
@FunctionalInterface
public interface Tap {

    /**
     * Is told that instructions have run, on the thread that steps. What it wants of them it takes now: their memory is
     * used again later in the step. A tap that throws ends the step, and its sessions are to be reset.
     *
     * @param moment valid during this call alone
     */
    void ran(Moment moment);
}
