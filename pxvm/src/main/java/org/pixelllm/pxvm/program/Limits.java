package org.pixelllm.pxvm.program;

/** The bounds of every program. Each is checked before memory is taken for what it bounds. */
public final class Limits {

    /** Tensors in a program: ids are 16-bit. */
    public static final int TENSORS = 65_535;

    /** Instructions in a program. */
    public static final int INSTRUCTIONS = 65_535;

    /** Positions a session may reach. */
    public static final int CONTEXT = 1 << 24;

    /** Dimensions of a tensor. */
    public static final int RANK = 4;

    /** Columns of a scratch, state or output tensor: what one token may take per value. */
    public static final int WIDTH = 1 << 20;

    /** Experts that a row is routed to. */
    public static final int CHOSEN = 256;

    /** Elements of one weight or state tensor. */
    public static final long ELEMENTS = 1L << 33;

    /** Bytes of a tensor's name. */
    public static final int NAME_BYTES = 42;

    /** Operands an instruction reads. */
    public static final int OPERANDS = 6;

    /** Attributes of an instruction. */
    public static final int ATTRIBUTES = 8;

    private Limits() {}
}
