package org.pixelllm.webgpu.kernel;

/** The number under which a kernel finds a part of its memory: the same in all kernels. */
public enum Slot {
    /** The kernel's {@link Shape}. */
    SHAPE(0, 0),
    /** A matrix of weights, as the cartridge keeps it. */
    WEIGHT(0, 1),
    /** What changes with every pass: {@link Now}. */
    NOW(0, 2),
    /** The first tensor that is read. */
    FIRST(0, 3),
    /** The second one. */
    SECOND(0, 4),
    /** The tensor that is written. */
    RESULT(0, 5),
    /** Where the matrix's rows lie: {@link Place}. */
    PLACE(0, 6),
    /** Where drawn pixels go: {@link PictureLayout}. */
    PICTURE(0, 7),
    /** The session: {@link Session}. */
    SESSION(1, 0),
    /** The first state tensor of the session. */
    FIRST_STATE(1, 1),
    /** The second one. */
    SECOND_STATE(1, 2);

    private final int group;
    private final int number;

    Slot(int group, int number) {
        this.group = group;
        this.number = number;
    }

    /** The bind group: 0 is bound once, 1 for each session. */
    public int group() {
        return group;
    }

    /** The number within the group. */
    public int number() {
        return number;
    }

    /** The slot of a session's state tensor, by its place in the list of them. */
    public static Slot state(int index) {
        return switch (index) {
            case 0 -> FIRST_STATE;
            case 1 -> SECOND_STATE;
            default -> throw new IllegalArgumentException("a kernel has at most two states, not " + (index + 1));
        };
    }
}
