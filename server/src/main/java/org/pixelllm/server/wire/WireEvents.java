package org.pixelllm.server.wire;

/** What becomes of connections without an answer being computed. */
public interface WireEvents {
    /** A request was refused before it had come to its end. */
    void refused(int status);

    /** A connection was closed because it took too long. */
    void timedOut();
}
