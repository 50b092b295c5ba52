package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.view.ProfileView;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.executor.Tap;
import org.pixelllm.pxvm.executor.TapContext;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;

/**
 * Where the time goes while a model reads a text: the median over several rounds, by instruction.
 *
 * @param lines in the program's order
 * @param tokens of the text that were read
 * @param rounds that were measured
 * @param single whether the text was read token by token, as it is when a model generates
 */
public record Profile(List<Line> lines, int tokens, int rounds, boolean single) {

    /** The most rounds. */
    public static final int MAX_ROUNDS = 10_000;

    /** What comes first and does not count, nanoseconds: the compiler is still at work. At least one round. */
    private static final long WARM_UP = 1_500_000_000L;

    public Profile {
        lines = List.copyOf(lines);
    }

    /**
     * One instruction.
     *
     * @param number its place in the program, from 0
     * @param opcode what it does
     * @param tensor the name of what it writes
     * @param nanoseconds its time in a round
     * @param together how many instructions the executor ran as one with it, itself included; their time is shared out by
     *     how much each multiplies
     */
    public record Line(int number, Opcode opcode, String tensor, double nanoseconds, int together) {}

    /**
     * Measures.
     *
     * @param file where the tokens came from, for messages
     * @param rounds 1 to {@link #MAX_ROUNDS}
     * @param single whether to read token by token
     * @throws PxiException where an id is beyond the vocabulary, or the model does not read the image's version
     */
    public static Profile of(PixelLlm model, TokenImage tokens, String file, int rounds, boolean single)
            throws PxiException {
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw new IllegalArgumentException("1 to " + MAX_ROUNDS + " rounds, not " + rounds);
        }
        tokens.requireVocabulary(model.vocabulary(), file);
        int[] all = tokens.ids();
        int used = Math.min(all.length, Math.min(model.context(), Look.MAX_TOKENS));
        int[] ids = Arrays.copyOfRange(all, all.length - used, all.length);
        Program program = model.program();
        double[][] times = new double[program.instructions().size()][rounds];
        int[] together = new int[times.length];
        int[] numbers = new int[program.tensors().size()]; // of the instruction that writes a tensor
        for (int i = 0; i < times.length; i++) {
            numbers[program.instructions().get(i).result()] = i;
        }
        try (Machine machine = model.load(program)) {
            long start = System.nanoTime();
            do {
                read(machine, ids, single, context -> {});
            } while (System.nanoTime() - start < WARM_UP);
            for (int round = 0; round < rounds; round++) {
                read(machine, ids, single, new Rounds(program, numbers, times, together, round));
            }
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            Instruction each = program.instructions().get(i);
            Arrays.sort(times[i]);
            String name = program.tensor(each.result()).name();
            lines.add(new Line(i, each.opcode(), name, times[i][rounds / 2], together[i]));
        }
        return new Profile(lines, used, rounds, single);
    }

    private static void read(Machine machine, int[] ids, boolean single, Tap tap) {
        int vocabulary = machine.program().vocabulary();
        float[] logits = new float[vocabulary];
        try (State state = machine.newState()) {
            List<Step> steps = single
                    ? Arrays.stream(ids)
                            .mapToObj(id -> Step.of(state, new int[] {id}))
                            .toList()
                    : Steps.of(List.of(new Step.Part(state, ids, 1)), vocabulary);
            steps.forEach(each -> machine.step(each, logits, tap));
        }
    }

    /** Adds up one round. */
    private record Rounds(Program program, int[] numbers, double[][] times, int[] together, int round) implements Tap {

        @Override
        public void ran(TapContext context) {
            List<Instruction> group = context.instructions();
            double all = group.stream().mapToDouble(this::work).sum();
            for (Instruction each : group) {
                int number = numbers[each.result()];
                times[number][round] += context.nanoseconds() * work(each) / all;
                together[number] = group.size();
            }
        }

        /** What an instruction's share of a common time goes by. */
        private double work(Instruction instruction) {
            return instruction.opcode() == Opcode.MATMUL
                    ? program.tensor(Matmul.of(instruction).w()).elements()
                    : program.tensor(instruction.result()).columns();
        }
    }

    /** Nanoseconds of a round. */
    public double nanoseconds() {
        return lines.stream().mapToDouble(Line::nanoseconds).sum();
    }

    /**
     * For eyes.
     *
     * @param program the model's
     * @param note what else the caption holds; may be empty
     */
    public Pixels view(Program program, String note) {
        List<ProfileView.Row> rows = lines.stream()
                .map(each -> new ProfileView.Row(each.opcode.mnemonic(), each.tensor, each.nanoseconds / 1000))
                .toList();
        String how = tokens + " tokens" + (single ? ", one at a time" : "") + ", median of " + rounds + " rounds";
        return ProfileView.draw(
                ProgramImage.write(program),
                rows,
                "time of each instruction over the program image: bright rows take long",
                note.isEmpty() ? how : how + "; " + note);
    }
}
