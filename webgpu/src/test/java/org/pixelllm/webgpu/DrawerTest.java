package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.DrawnAs;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;
import org.pixelllm.webgpu.kernel.Kernels;

/** Pictures that the GPU draws are those of its logits, within 1. */
class DrawerTest {

    /** A token's logits are its position's row of a table. */
    private static Program table(int vocabulary) throws IOException {
        return Assembler.parse("""
                pxvm 1
                context 8
                input tokens ids [T]
                weight table f32 [8, VOCABULARY]
                scratch x f32 [T, VOCABULARY]
                scratch last f32 [R, VOCABULARY]
                output logits f32 [R, VOCABULARY]
                x = position table
                last = select x
                logits = scale last factor=1.0
                """.replace("VOCABULARY", String.valueOf(vocabulary)), "table");
    }

    /** A table that holds these rows again and again. */
    private static Weights repeated(Arena arena, Program program, float[]... rows) {
        int vocabulary = program.vocabulary();
        float[] values = new float[program.context() * vocabulary];
        for (int row = 0; row < program.context(); row++) {
            System.arraycopy(rows[row % rows.length], 0, values, row * vocabulary, vocabulary);
        }
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            weights.put(id, WeightTensor.inMemory(arena, tensor.groups(), values));
        }
        return new Weights(weights);
    }

    /** Draws the same rows of logits on the GPU and here. */
    private static void compare(int[] tops, float[]... rows) throws IOException {
        int vocabulary = rows[0].length;
        Program program = table(vocabulary);
        try (Arena arena = Arena.ofShared();
                Machine machine = OnThisGpu.one().load(program, repeated(arena, program, rows));
                State state = machine.newState()) {
            int[] ids = new int[tops.length];
            Arrays.setAll(ids, i -> i % vocabulary);
            Step step = new Step(List.of(new Step.Part(state, ids, ids.length)));
            List<Row> drawn = machine.rows(step, tops);
            assertThat(state.position()).isEqualTo(ids.length);
            for (int i = 0; i < tops.length; i++) {
                compare(drawn.get(i), rows[i % rows.length], tops[i]);
            }
        }
    }

    private static void compare(Row drawn, float[] logits, int top) {
        try {
            PredictionImage.of(logits, top);
        } catch (IllegalArgumentException e) {
            assertThatThrownBy(() -> drawn.prediction(top)).hasMessage(e.getMessage());
            assertThatThrownBy(drawn::heatmap).hasMessage(e.getMessage());
            return;
        }
        DrawnAs.compare("top " + top + " of " + logits.length, drawn, logits, top);
    }

    private static float[] random(int count, int seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * 3;
        }
        return values;
    }

    @Test
    void vocabulariesOfOnePartAndOfSeveral() throws IOException {
        for (int vocabulary : new int[] {1, 2, 31, 32, 33, 257, 1023, 1024, 1025, 2500}) {
            int most = Math.min(vocabulary, Kernels.MAX_TOP);
            compare(new int[] {most, 1, Math.min(5, vocabulary)}, random(vocabulary, 1), random(vocabulary, 2));
        }
    }

    /** A token of version 2 has a word of its own. */
    @Test
    void vocabulariesOfTwoBytesAndOfThree() throws IOException {
        for (int vocabulary : new int[] {65_536, 65_537, 262_144}) {
            float[] high = random(vocabulary, 12);
            high[vocabulary - 1] = 20;
            float[] broken = random(vocabulary, 13);
            broken[vocabulary - 2] = Float.NaN;
            compare(new int[] {Kernels.MAX_TOP, 1, 5}, high, random(vocabulary, 14), broken);
        }
    }

    @Test
    void moreThanTheGpuChoosesAreChosenHere() throws IOException {
        compare(new int[] {Kernels.MAX_TOP + 1, 5, 300}, random(300, 3));
    }

    @Test
    void equalLogitsAreTakenByTheLowerIdAndAreGrey() throws IOException {
        float[] two = new float[1100];
        Arrays.fill(two, -1);
        for (int id : new int[] {3, 70, 71, 1030, 1099}) {
            two[id] = 2;
        }
        float[] zeros = new float[1100];
        zeros[2] = -0.0f;
        compare(new int[] {7, 7, 7}, new float[1100], two, zeros);
    }

    @Test
    void theLargestNumbersAreDrawn() throws IOException {
        float[] wide = random(40, 5);
        wide[7] = Float.MAX_VALUE;
        wide[8] = -Float.MAX_VALUE;
        compare(new int[] {3}, wide);
    }

    /** More rows than a pass has tokens, some of them not finite. */
    @Test
    void aStepOfSeveralPasses() throws IOException {
        Program program = table(40);
        float[][] rows = {random(40, 9), random(40, 10), random(40, 11)};
        rows[2][33] = Float.NaN;
        int[] ids = {0, 1, 2, 3, 4, 5, 6, 7};
        try (Arena arena = Arena.ofShared();
                Machine machine = OnThisGpu.one().load(program, repeated(arena, program, rows))) {
            List<State> states = new ArrayList<>();
            List<Step.Part> parts = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                states.add(machine.newState());
                parts.add(new Step.Part(states.getLast(), ids, 1 + i % ids.length));
            }
            Step step = new Step(parts);
            int[] tops = new int[step.rows()];
            Arrays.setAll(tops, i -> 1 + i % 40);
            List<Row> drawn = machine.rows(step, tops);
            assertThat(drawn).hasSize(step.rows());
            int row = 0;
            for (Step.Part part : parts) {
                for (int i = ids.length - part.rows(); i < ids.length; i++, row++) {
                    compare(drawn.get(row), rows[ids[i] % rows.length], tops[row]);
                }
            }
            states.forEach(State::close);
        }
    }

    /** The message is the one that drawing gives here, and the other rows are drawn. */
    @Test
    void aLogitThatIsNotFiniteIsAnErrorOfItsRowAlone() throws IOException {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] broken = random(1500, 6);
            broken[1400] = odd;
            compare(new int[] {5, 5, 5}, random(1500, 7), broken, random(1500, 8));
        }
    }

    @Test
    void theShippedCartridgesPictures() throws IOException {
        Path cartridges = Path.of(System.getProperty("pixelllm.root")).resolve("cartridges");
        for (String name : List.of("golden.pxi", "default.pxi")) {
            try (Cartridge cartridge = Cartridge.open(cartridges.resolve(name));
                    Machine machine = OnThisGpu.one().load(cartridge.program(), cartridge.weights());
                    State drawing = machine.newState();
                    State telling = machine.newState()) {
                float[] logits = new float[machine.program().vocabulary()];
                for (int id : "This is the".chars().toArray()) {
                    machine.step(Step.of(telling, new int[] {id}), logits);
                    compare(
                            machine.rows(Step.of(drawing, new int[] {id}), new int[] {5})
                                    .getFirst(),
                            logits,
                            5);
                }
            }
        }
    }
}
