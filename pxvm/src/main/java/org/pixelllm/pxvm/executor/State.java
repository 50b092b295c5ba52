package org.pixelllm.pxvm.executor;

/** One session's memory: its state tensors and its position. Not safe for use by several threads at once. */
public interface State extends AutoCloseable {

    /** Number of tokens this session has taken in. */
    int position();

    /** Back to position 0, as if new. */
    void reset();

    /**
     * Copies another session's memory; both go on from there independently.
     *
     * @param other of the same machine, open
     */
    void copyFrom(State other);

    @Override
    void close();
}
