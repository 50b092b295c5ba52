package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Sha256;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * One training run: it steps, is measured, and is kept on disk, so that it can be stopped at any moment and goes on as if
 * nothing had happened. Beside the cartridge lie its state while it is not finished, and a picture of its curve.
 */
public final class TrainingRun {

    private static final double LN2 = Math.log(2);
    private static final double NANOS = 1e9;
    private static final int RUN_DIGITS = 16;

    /** Where a run computes. */
    public record Machinery(Supplier<Arithmetic> arithmetic, Workers workers, Executor executor) {}

    /** Is told how a run goes. */
    public interface Listener {

        /** The number of steps is known, and the first is about to be done. */
        void begins(Status status);

        /** A step is done. */
        void stepped(Status status);

        /** A text is measured: so many of so many tokens. */
        void measured(int tokens, int of);

        /** A checkpoint is on disk. */
        void saved(Status status);
    }

    /**
     * How far a run is.
     *
     * @param step steps done
     * @param steps of the whole run
     * @param bits per character that the last steps' batches cost, smoothed; NaN before the first
     * @param valid bits per character that were measured last; NaN before the first
     * @param tokensPerSecond of the last steps; NaN before the first
     * @param secondsLeft NaN before the first
     * @param seconds trained so far, over all parts of the run
     */
    public record Status(
            int step,
            int steps,
            double bits,
            double valid,
            double tokensPerSecond,
            double secondsLeft,
            double seconds) {

        /** Whether nothing is left to do. */
        public boolean isFinished() {
            return step == steps;
        }
    }

    private final RunFiles files;
    private final Settings settings;
    private final Materials materials;
    private final Machinery machinery;
    private final String software;
    private final Program program; // all f32
    private final Program typed;
    private final Trainer trainer;
    private final Curve curve;
    private final Pace pace = new Pace();
    private final double secondsBefore;
    private final long begun = System.nanoTime();
    private int steps; // 0: not decided
    private int saved; // the step of the state on disk; 0 for none
    private volatile boolean stopping;

    private TrainingRun(
            RunFiles files,
            Settings settings,
            Materials materials,
            Machinery machinery,
            String software,
            @Nullable Checkpoint checkpoint) {
        this.files = files;
        this.settings = settings;
        this.materials = materials;
        this.machinery = machinery;
        this.software = software;
        this.steps = checkpoint == null
                ? planned(settings, materials)
                : checkpoint.head().steps();
        int vocabulary = materials.tokenizer().vocabulary();
        this.program = Shapes.program(settings, vocabulary, ElementType.F32);
        this.typed = Shapes.program(settings, vocabulary, weightType(settings));
        TrainingOptions options = TrainingOptions.of(settings, Math.max(1, steps));
        TrainingMemory.require(program, options, machinery.workers().count());
        this.trainer = new Trainer(program, options, materials.mix(), machinery.arithmetic(), machinery.workers());
        this.curve = checkpoint == null ? new Curve() : checkpoint.curve();
        this.secondsBefore = checkpoint == null ? 0 : checkpoint.head().seconds();
    }

    /**
     * A run from the start. Reads the texts, and finds out what stands in the way before anything is computed.
     *
     * @param given settings; others have their defaults
     * @param output the cartridge to make
     * @param valid the text to measure on, or null
     * @param software what trains, for the manifest
     * @throws SettingsException what is asked for cannot be
     * @throws PxiException a text cannot be used
     * @throws IOException the output could not be written
     */
    public static TrainingRun begin(
            Map<Setting, String> given,
            List<Path> texts,
            @Nullable Path valid,
            Path output,
            Machinery machinery,
            String software)
            throws IOException {
        Settings settings = Settings.of(given);
        requireWords(settings);
        TrainingOptions.of(settings, settings.whole(Setting.STEPS, 1));
        RunFiles files = RunFiles.of(output);
        files.requireNoRun();
        files.requireWritable();
        Materials materials = Materials.read(settings, texts, valid);
        TrainingRun run = new TrainingRun(files, settings, materials, machinery, software, null);
        run.trainer.reset(settings.seed());
        return run;
    }

    /**
     * A run that goes on from its last checkpoint.
     *
     * @param given settings; they must be those that the run was begun with
     * @param texts empty for where they were
     * @param valid null for where it was
     * @param output the cartridge that was being made
     */
    public static TrainingRun resume(
            Map<Setting, String> given,
            List<Path> texts,
            @Nullable Path valid,
            Path output,
            Machinery machinery,
            String software)
            throws IOException {
        RunFiles files = RunFiles.of(output);
        files.requireState();
        Path state = files.state();
        Checkpoint checkpoint = CheckpointFile.read(state);
        files.requireSameRun(checkpoint.head().run());
        Settings settings = new Settings(checkpoint.head().settings()).resumed(given);
        requireWords(settings);
        files.requireWritable();
        Materials materials = Materials.read(settings, checkpoint, state, texts, valid);
        TrainingRun run = new TrainingRun(files, settings, materials, machinery, software, checkpoint);
        run.restore(checkpoint, state);
        run.saved = checkpoint.curve().steps();
        return run;
    }

    /** Checks what is read only at the end. */
    private static void requireWords(Settings settings) {
        weightType(settings);
        Provenance.tellsTimes(settings);
    }

    private static ElementType weightType(Settings settings) {
        String word = settings.word(Setting.WEIGHTS);
        ElementType type = ElementType.ofWord(word);
        if (type == null || !type.isWeightType()) {
            throw Settings.fault(Setting.WEIGHTS, "a weight type such as f32, f16 or q8", word);
        }
        return type;
    }

    private void restore(Checkpoint checkpoint, Path state) throws PxiException {
        List<Integer> ids = trainer.weightIds();
        boolean fits = ids.size() == checkpoint.weights().size();
        for (int i = 0; fits && i < ids.size(); i++) {
            fits = copy(checkpoint.weights().get(i), live(ids.get(i)));
        }
        if (!fits) {
            throw new ModelMismatchException(new Fault(
                    state.toString(),
                    "weights",
                    "those of this program",
                    "others: it was written by another version",
                    "Go on with the version that began the run."));
        }
    }

    private static boolean copy(float[][] from, float[][] to) {
        boolean fits = from.length == to.length && from[0].length == to[0].length;
        for (int i = 0; fits && i < to.length; i++) {
            System.arraycopy(from[i], 0, to[i], 0, to[i].length);
        }
        return fits;
    }

    /** A weight's values and what the optimizer keeps of it; not copied. */
    private float[][] live(int id) {
        float[][] state = trainer.state(id);
        float[][] all = new float[1 + state.length][];
        all[0] = trainer.values(id);
        System.arraycopy(state, 0, all, 1, state.length);
        return all;
    }

    /** Asks the run to finish its step, write a checkpoint and return. Any thread may ask. */
    public void stop() {
        stopping = true;
    }

    /** What a text has been read as, in a sentence for people. */
    public String description() {
        long characters =
                materials.mix().texts().stream().mapToLong(Corpus::characters).sum();
        return "training on " + characters + " characters, "
                + machinery.arithmetic().get().description() + ", "
                + machinery.workers().count() + " threads";
    }

    /**
     * Trains to the end, or until {@link #stop}.
     *
     * @param checkpointSeconds how often a checkpoint is written
     * @return how far it came; where it is not finished, a checkpoint of that step is on disk, if any step was done
     * @throws IOException a checkpoint or the cartridge could not be written; the last one before it is as it was
     */
    public Status run(double checkpointSeconds, Listener listener) throws IOException {
        if (steps == 0) {
            rehearse();
        }
        if (stopping && curve.steps() == 0) {
            return status();
        }
        TrainingOptions options = TrainingOptions.of(settings, steps);
        listener.begins(status());
        long last = System.nanoTime();
        while (curve.steps() < steps && !stopping) {
            long start = System.nanoTime();
            double nats = trainer.step(options, curve.steps());
            if (!Double.isFinite(nats)) {
                throw new SettingsException("--rate: the loss of step " + (curve.steps() + 1)
                        + " is no number any more. Begin again with a lower rate than " + options.rate() + ".");
            }
            curve.add(nats);
            pace.step(System.nanoTime() - start);
            listener.stepped(status());
            boolean due = System.nanoTime() - last > checkpointSeconds * NANOS;
            if (due && curve.steps() < steps && !stopping) {
                measure(listener);
                save(listener);
                last = System.nanoTime();
            }
        }
        if (curve.steps() == steps) {
            finish(listener);
        } else {
            save(listener);
        }
        return status();
    }

    /** How many steps the settings ask for; 0 where that takes a measurement. */
    private static int planned(Settings settings, Materials materials) {
        if (settings.has(Setting.STEPS)) {
            return TrainingOptions.of(settings, settings.whole(Setting.STEPS)).steps();
        }
        if (settings.has(Setting.EPOCHS)) {
            double steps = positive(settings, Setting.EPOCHS)
                    * materials.mix().tokens()
                    / TrainingOptions.of(settings, 1).tokens();
            return TrainingOptions.of(settings, (int) Math.ceil(steps)).steps();
        }
        positive(settings, Setting.MINUTES);
        return 0;
    }

    private static double positive(Settings settings, Setting setting) {
        double value = settings.real(setting);
        if (value <= 0) {
            throw Settings.fault(setting, "above 0", settings.word(setting));
        }
        return value;
    }

    /** Finds out how many steps take as long as is asked for. They are then part of what the run is. */
    private void rehearse() {
        double seconds = 60 * settings.real(Setting.MINUTES);
        long fitting = Pace.rehearse(trainer, TrainingOptions.of(settings, 1), seconds, () -> stopping);
        steps = (int) Math.min(fitting, TrainingOptions.MAX_STEPS);
        trainer.reset(settings.seed());
    }

    private void measure(Listener listener) {
        Corpus text = materials.valid();
        if (text == null) {
            return;
        }
        try (Arena arena = Arena.ofShared();
                Machine machine = machinery.executor().load(program, LiveWeights.copy(program, trainer, arena))) {
            Evaluator evaluator = new Evaluator(machine, machinery.workers());
            double bits = evaluator.bitsPerCharacter(text, tokens -> listener.measured(tokens, text.ids().length));
            curve.add(new Curve.Valid(curve.steps(), bits));
        } catch (CancellationException e) {
            // The point is left out.
        }
    }

    /** Writes the state first: it alone decides where the run goes on, the cartridge is only there to be tried. */
    private void save(Listener listener) throws IOException {
        if (saved < curve.steps()) {
            save(program);
            listener.saved(status());
        }
    }

    private void finish(Listener listener) throws IOException {
        measure(listener);
        save(typed);
        Files.deleteIfExists(files.state());
        listener.saved(status());
    }

    private void save(Program as) throws IOException {
        try {
            writeState();
            saved = curve.steps();
            write(as);
            draw();
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            String kept = saved == 0
                    ? " Nothing of the run is kept."
                    : " Step " + saved + " is kept: then go on with pixel-llm train --resume " + files.cartridge()
                            + ".";
            throw new IOException(e.getMessage() + kept, e);
        }
    }

    private void writeState() throws IOException {
        List<float[][]> weights = new ArrayList<>();
        for (int id : trainer.weightIds()) {
            weights.add(live(id));
        }
        Checkpoint.Head head = new Checkpoint.Head(
                id(),
                settings.values(),
                steps,
                seconds(),
                materials.sources(),
                materials.validSource() == null ? List.of() : List.of(materials.validSource()));
        byte[] tokenizer = materials.tokenizer().toBytes();
        CheckpointFile.write(files.state(), new Checkpoint(head, tokenizer, curve, weights));
    }

    private void write(Program as) throws IOException {
        Provenance provenance = new Provenance(settings, materials, curve, steps);
        new Model(
                        as,
                        trainer.weights(as),
                        materials.tokenizer(),
                        provenance.manifest(
                                software,
                                id(),
                                machinery.arithmetic().get().description(),
                                seconds(),
                                machinery.workers().count()))
                .write(files.cartridge());
    }

    private void draw() throws IOException {
        CurvePicture.write(files.picture(), curve, steps, bitsPerNat(), software);
    }

    /** What the run is known by: a digest of all that decides how it goes. */
    private String id() {
        StringBuilder text = new StringBuilder();
        settings.values().forEach((setting, value) -> {
            if (!setting.mayChange()) {
                text.append(setting).append('=').append(value).append('\n');
            }
        });
        text.append(steps).append('\n');
        materials.sources().forEach(source -> text.append(source.sha256()).append('\n'));
        byte[] digest = Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, RUN_DIGITS);
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - begun) / NANOS;
    }

    /** Bits per character that a loss of one nat per token is. */
    private double bitsPerNat() {
        return 1 / LN2 / materials.mix().charactersPerToken();
    }

    private Status status() {
        int tokens = TrainingOptions.of(settings, Math.max(1, steps)).tokens();
        double perStep = pace.secondsPerStep();
        return new Status(
                curve.steps(),
                steps,
                curve.recent() * bitsPerNat(),
                curve.lastValid(),
                tokens / perStep,
                (steps - curve.steps()) * perStep,
                seconds());
    }
}
