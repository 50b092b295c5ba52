package org.pixelllm.pxvm.executor;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import org.pixelllm.pxvm.program.Program;

/** A program ready to run. Safe for use by many threads; steps run one after another. */
public interface Machine extends AutoCloseable {

    /** The program that it runs. */
    Program program();

    /**
     * A new session's memory, at position 0.
     *
     * @throws StateTooLargeException where it would not fit in the memory that is left
     */
    @MustBeClosed
    State newState();

    /**
     * Runs the program once over the parts of a step and advances each part's state by its tokens.
     *
     * @param step which sessions, which tokens
     * @param logits receives the rows asked for, part by part // [rows, vocabulary]
     * @throws IllegalArgumentException where the step does not fit the program; nothing has run then
     */
    void step(Step step, float[] logits);

    /**
     * Runs a step and gives its rows, each as logits or as images only. Images are drawn where the logits are: where all rows
     * are asked for as images, only pixels come back from a GPU.
     *
     * @param step which sessions, which tokens
     * @param tops for each row asked for, how many tokens its prediction holds, 1 to the vocabulary, or {@link Row#LOGITS} //
     *     [rows]
     * @throws IllegalArgumentException where the step does not fit the program; nothing has run then
     */
    List<Row> rows(Step step, int[] tops);

    /**
     * What {@link #step(Step, float[])} does, to the bit, seen by a tap.
     *
     * @param tap called after every instruction, in the order in which this machine runs them
     */
    void step(Step step, float[] logits, Tap tap);

    /**
     * Gives back what the machine holds outside of Java's heap, its sessions with it; nothing runs on it after that. Closing
     * its executor does so for all of the executor's machines.
     */
    @Override
    default void close() {}
}
