package org.pixelllm.engine.look;

import org.pixelllm.pxvm.executor.TapContext;

/** Keeps one thing of a run. */
interface Recorder {

    /**
     * Instructions have run.
     *
     * @param first the position of the step's first token
     */
    void ran(TapContext context, int first);
}
