package org.pixelllm.conformance;

/** Something that is asked of an implementation, and reported by its name. */
public interface Check {

    /** The name, in capitals. */
    String name();

    /** What is asked, as one sentence without a full stop. */
    String statement();
}
