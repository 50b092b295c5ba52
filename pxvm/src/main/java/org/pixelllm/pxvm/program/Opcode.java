package org.pixelllm.pxvm.program;

import static org.pixelllm.pxvm.program.Operand.optionalWeight;
import static org.pixelllm.pxvm.program.Operand.state;
import static org.pixelllm.pxvm.program.Operand.table;
import static org.pixelllm.pxvm.program.Operand.tokens;
import static org.pixelllm.pxvm.program.Operand.value;
import static org.pixelllm.pxvm.program.Operand.weight;
import static org.pixelllm.pxvm.program.Operand.writes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The opcode table: the one place that says which instructions exist. The assembler, the disassembler, the validator,
 * the documentation page and the colours of the program image are driven by it; a colour identifies its opcode in
 * images and never changes.
 */
public enum Opcode {
    EMBED(
            "embed",
            0xF4A261,
            "y[t] = table[tokens[t]]: one row of the table for each token",
            writes("y", "T d"),
            List.of(tokens("tokens", "T"), table("table", "v d")),
            List.of()),
    MEAN(
            "mean",
            0x9B5DE5,
            "y[t] = mean of x over this session's tokens up to and with t; the running sum is kept in f32, so that the"
                    + " answer does not depend on how a text is cut into steps",
            writes("y", "T d"),
            List.of(value("x", "T d"), state("sum", "d")),
            List.of()),
    SELECT(
            "select",
            0xF15BB5,
            "y = the rows of x whose logits are asked for",
            writes("y", "R d"),
            List.of(value("x", "T d")),
            List.of()),
    MATMUL(
            "matmul",
            0x3A86FF,
            "y[r, o] = Σ_i x[r, i] · w[o, i] + b[o]",
            writes("y", "n o"),
            List.of(value("x", "n i"), weight("w", "o i"), optionalWeight("b", "o")),
            List.of()),
    ADD(
            "add",
            0x06D6A0,
            "y = a + b, element by element",
            writes("y", "n d"),
            List.of(value("a", "n d"), value("b", "n d")),
            List.of()),
    MUL(
            "mul",
            0x118AB2,
            "y = a · b, element by element",
            writes("y", "n d"),
            List.of(value("a", "n d"), value("b", "n d")),
            List.of()),
    RELU("relu", 0xEF476F, "y = max(x, 0)", writes("y", "n d"), List.of(value("x", "n d")), List.of());

    private final String mnemonic;
    private final int colour;
    private final String meaning;
    private final Operand result;
    private final List<Operand> operands;
    private final List<Attribute> attributes;

    Opcode(
            String mnemonic,
            int colour,
            String meaning,
            Operand result,
            List<Operand> operands,
            List<Attribute> attributes) {
        this.mnemonic = mnemonic;
        this.colour = colour;
        this.meaning = meaning;
        this.result = result;
        this.operands = operands;
        this.attributes = attributes;
    }

    /** The word in the assembler text. */
    public String mnemonic() {
        return mnemonic;
    }

    /** The fixed colour, 0xRRGGBB, of its rows in a program image. */
    public int colour() {
        return colour;
    }

    /** What it computes, in one line. */
    public String meaning() {
        return meaning;
    }

    /** What it writes. */
    public Operand result() {
        return result;
    }

    /** What it reads, in order. */
    public List<Operand> operands() {
        return operands;
    }

    /** The numbers it carries, in order. */
    public List<Attribute> attributes() {
        return attributes;
    }

    static @Nullable Opcode ofMnemonic(String mnemonic) {
        for (Opcode opcode : values()) {
            if (opcode.mnemonic.equals(mnemonic)) {
                return opcode;
            }
        }
        return null;
    }

    static @Nullable Opcode ofColour(int colour) {
        for (Opcode opcode : values()) {
            if (opcode.colour == colour) {
                return opcode;
            }
        }
        return null;
    }
}
