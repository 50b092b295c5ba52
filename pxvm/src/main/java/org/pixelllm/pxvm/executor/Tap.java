package org.pixelllm.pxvm.executor;

/**
 * Sees what a step computes, while it computes it. A step without a tap pays nothing for this: executors choose another
 * path.
 */
@FunctionalInterface
public interface Tap {

    /**
     * Called when instructions have run, on the thread that steps. It must copy what it wants now: their memory is
     * used again later in the step. A tap that throws ends the step, and its sessions are to be reset.
     *
     * @param context valid during this call alone
     */
    void ran(TapContext context);
}
