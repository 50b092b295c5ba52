package org.pixelllm.pxvm.program;

import org.jspecify.annotations.Nullable;

/** What a tensor is for. The colour marks its declaration row in the program image. */
public enum Role {
    /** The token ids of this step, one per token. Never written by the program. */
    INPUT("input", 0xE8B84A),
    /** Trained values from the cartridge. Never written. */
    WEIGHT("weight", 0x4F7CAC),
    /** A session's memory from step to step, zero at its start. Belongs to one instruction. */
    STATE("state", 0x9B5DE5),
    /** A value within one step, written once. */
    SCRATCH("scratch", 0x8D99AE),
    /** What the caller reads: the logits. Written once. */
    OUTPUT("output", 0x2A9D8F);

    private final String word;
    private final int colour;

    Role(String word, int colour) {
        this.word = word;
        this.colour = colour;
    }

    /** The word in the assembler text. */
    public String word() {
        return word;
    }

    /** The fixed colour, 0xRRGGBB. */
    public int colour() {
        return colour;
    }

    static @Nullable Role ofWord(String word) {
        for (Role role : values()) {
            if (role.word.equals(word)) {
                return role;
            }
        }
        return null;
    }

    static @Nullable Role ofColour(int colour) {
        for (Role role : values()) {
            if (role.colour == colour) {
                return role;
            }
        }
        return null;
    }
}
