package org.pixelllm.pxvm.executor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/**
 * A small program around one instruction, its weights, its input, and what it must give, computed here in double from
 * the opcode's definition and from nothing else.
 *
 * @param name the instruction and what is special about the case
 * @param program the program
 * @param weights its values
 * @param before tokens taken in by an earlier step, so that the position is not 0; may be empty
 * @param tokens tokens of the step
 * @param rows rows asked for
 * @param expected // [rows, vocabulary]
 */
public record ConformanceCase(
        String name, Program program, Weights weights, int[] before, int[] tokens, int rows, double[] expected) {

    /** Positions that a case's session may reach. */
    static final int CONTEXT = 64;

    @Override
    public String toString() {
        return name;
    }

    /** Builds cases: declarations and instructions in text, random weights by name, an expected value by formula. */
    static final class Builder {

        private final StringBuilder declarations = new StringBuilder();
        private final StringBuilder instructions = new StringBuilder();
        private final Map<String, float[]> values = new LinkedHashMap<>();
        private final Random random;

        Builder(long seed) {
            this.random = new Random(seed);
        }

        Builder declare(String line) {
            declarations.append(line).append('\n');
            return this;
        }

        Builder weight(String name, String type, int... shape) {
            int count = 1;
            StringBuilder dims = new StringBuilder();
            for (int size : shape) {
                count *= size;
                dims.append(dims.isEmpty() ? "" : ", ").append(size);
            }
            float[] each = new float[count];
            for (int i = 0; i < count; i++) {
                each[i] = (float) random.nextGaussian();
            }
            values.put(name, each);
            return declare("weight " + name + " " + type + " [" + dims + "]");
        }

        Builder run(String line) {
            instructions.append(line).append('\n');
            return this;
        }

        Program program() {
            try {
                return Assembler.parse("pxvm 1\ncontext " + CONTEXT + "\n" + declarations + instructions, "case");
            } catch (PxiException e) {
                throw new AssertionError(e);
            }
        }

        Weights weights(Program program) {
            return Values.of(program, values);
        }

        int[] tokens(int count, int vocabulary) {
            return random.ints(count, 0, vocabulary).toArray();
        }
    }

    /** The values that a weight really has, its type's rounding included. */
    static float[][] rows(Program program, Weights weights, String name) {
        for (int id = 0; id < program.tensors().size(); id++) {
            if (program.tensor(id).name().equals(name)) {
                WeightTensor tensor = weights.get(id);
                float[][] rows = new float[tensor.rows()][tensor.columns()];
                for (int row = 0; row < rows.length; row++) {
                    tensor.decodeRow(row, rows[row], 0);
                }
                return rows;
            }
        }
        throw new AssertionError(name);
    }
}
