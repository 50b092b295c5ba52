package org.pixelllm.engine.look;

import org.pixelllm.pxvm.executor.Moment;

/** Keeps one thing of a run. */
interface Recorder {

    /**
     * Instructions have run.
     *
     * @param first the position of the step's first token
     */
    void ran(Moment moment, int first);
}
