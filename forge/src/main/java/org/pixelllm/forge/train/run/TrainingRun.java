package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * One training run: it steps, is measured, and is kept on disk, so that it can be stopped at any moment and continues as
 * if nothing had happened. Beside the cartridge are its state while it is not finished, and a picture of its curve.
 */
public final class TrainingRun {

    private static final double NANOS = 1e9;

    /**
     * What a run computes with.
     *
     * @param arithmetic makes the arithmetic of one thread
     * @param workers the threads that train
     * @param executor runs the program where the weights are measured
     */
    public record Backend(Supplier<Arithmetic> arithmetic, Workers workers, Executor executor) {}

    /** Receives how a run goes. */
    public interface Listener {

        /** The number of steps is known, and the first is about to be done. */
        void begins(Status status);

        /** A step is done. */
        void stepped(Status status);

        /** The validation text is being measured: this many of its tokens have been predicted. */
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
     * @param validStep after which step that was; 0 before the first
     * @param tokensPerSecond of the last steps; NaN while it is not known
     * @param secondsLeft NaN while it is not known
     * @param seconds trained so far, over all parts of the run
     */
    public record Status(
            int step,
            int steps,
            double bits,
            double valid,
            int validStep,
            double tokensPerSecond,
            double secondsLeft,
            double seconds) {

        /** Whether nothing is left to do. */
        public boolean isFinished() {
            return step == steps;
        }
    }

    private final Backend backend;
    private final Program program; // all f32
    private final Program typed; // as in the finished cartridge
    private final Trainer trainer;
    private final LossCurve curve;
    private final Validation validation;
    private final RunStore store;
    private final StepTimes times = new StepTimes();
    private final double secondsBefore;
    private final long begun = System.nanoTime();
    private RunPlan plan;
    private volatile boolean stopping;

    private TrainingRun(
            RunPlan plan, RunFiles files, Backend backend, String software, LossCurve curve, double secondsBefore) {
        this.plan = plan;
        this.backend = backend;
        this.curve = curve;
        this.secondsBefore = secondsBefore;
        this.program = plan.program(ElementType.F32);
        this.typed = plan.program(plan.weightType());
        TrainingOptions options = plan.options();
        TrainingMemory.require(program, options.batch(), backend.workers().count());
        this.trainer = new Trainer(program, options, plan.data().mixture(), backend.arithmetic(), backend.workers());
        this.validation = new Validation(program, trainer, backend);
        this.store = new RunStore(
                files,
                trainer,
                curve,
                new Provenance.Maker(
                        software,
                        backend.arithmetic().get().name(),
                        backend.workers().count()));
    }

    /**
     * A run from the start. Reads the texts, and reports what is wrong before anything is computed.
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
            Backend backend,
            String software)
            throws IOException {
        Settings settings = Settings.of(given);
        requireWords(settings);
        TrainingOptions.of(settings, settings.whole(Setting.STEPS, 1));
        RunFiles files = RunFiles.of(output);
        files.requireNoRun();
        files.requireWritable();
        RunPlan plan = RunPlan.of(settings, TrainingData.read(settings, texts, valid));
        TrainingRun run = new TrainingRun(plan, files, backend, software, new LossCurve(), 0);
        run.trainer.reset(settings.seed());
        return run;
    }

    /**
     * A run that continues from its last checkpoint.
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
            Backend backend,
            String software)
            throws IOException {
        RunFiles files = RunFiles.of(output);
        files.requireState();
        Checkpoint checkpoint = CheckpointFile.read(files.state());
        Checkpoint.Head head = checkpoint.head();
        files.requireSameRun(head.run());
        Settings settings = new Settings(head.settings()).resumed(given);
        requireWords(settings);
        files.requireWritable();
        TrainingData data = TrainingData.read(settings, checkpoint, files.state(), texts, valid);
        RunPlan plan = new RunPlan(settings, data, head.steps());
        TrainingRun run = new TrainingRun(plan, files, backend, software, checkpoint.curve(), head.seconds());
        run.store.restore(checkpoint);
        return run;
    }

    /** Whether an unfinished run's state is beside this cartridge. */
    public static boolean isUnfinished(Path output) {
        return Files.exists(RunFiles.of(output).state());
    }

    /** The files that a run writes: the cartridge, its state, a picture of the curve. */
    public static List<Path> files(Path output) {
        RunFiles files = RunFiles.of(output);
        return List.of(files.cartridge(), files.state(), files.picture());
    }

    /** Checks what is read only at the end. */
    private static void requireWords(Settings settings) {
        RunPlan.weightType(settings);
        Provenance.statesTimes(settings);
    }

    /** Asks the run to finish its step, write a checkpoint and return. Any thread may ask. */
    public void stop() {
        stopping = true;
    }

    /** What is trained on, in a sentence for people. */
    public String description() {
        long characters = plan.data().mixture().texts().stream()
                .mapToLong(Corpus::characters)
                .sum();
        return "training on " + characters + " characters, "
                + backend.arithmetic().get().description() + ", "
                + backend.workers().count() + " threads";
    }

    /**
     * Trains to the end, or until {@link #stop}.
     *
     * @param checkpointSeconds how often a checkpoint is written
     * @return how far it came; where it is not finished, a checkpoint of that step is on disk, if any step was done
     * @throws IOException a checkpoint or the cartridge could not be written; the last one before it is as it was
     */
    public Status run(double checkpointSeconds, Listener listener) throws IOException {
        if (!plan.isDecided()) {
            decideSteps();
        }
        if (stopping && curve.steps() == 0) {
            return status();
        }
        listener.begins(status());
        step(checkpointSeconds, listener);
        if (curve.steps() == plan.steps()) {
            finish(listener);
        } else {
            checkpoint(listener);
        }
        return status();
    }

    /** Finds out how many steps take as long as is asked for. They are then part of what the run is. */
    private void decideSteps() {
        plan = plan.decided(Rehearsal.stepsIn(plan.seconds(), trainer, plan.options(), () -> stopping));
        trainer.reset(plan.settings().seed());
    }

    /** Does the steps that are left, with checkpoints between them. */
    private void step(double checkpointSeconds, Listener listener) throws IOException {
        TrainingOptions options = plan.options();
        long last = System.nanoTime();
        while (curve.steps() < plan.steps() && !stopping) {
            long start = System.nanoTime();
            double nats = trainer.step(options, curve.steps());
            if (!Double.isFinite(nats)) {
                throw tooHighARate("the loss of step " + (curve.steps() + 1) + " is not a finite number");
            }
            curve.addLoss(nats);
            times.add((System.nanoTime() - start) / NANOS);
            listener.stepped(status());
            boolean due = System.nanoTime() - last > checkpointSeconds * NANOS;
            if (due && curve.steps() < plan.steps() && !stopping) {
                measure(listener);
                checkpoint(listener);
                last = System.nanoTime();
            }
        }
    }

    private void measure(Listener listener) {
        requireFiniteWeights();
        Corpus text = plan.data().valid();
        if (text != null) {
            validation
                    .bitsPerCharacter(text, tokens -> listener.measured(tokens, text.ids().length))
                    .ifPresent(bits -> curve.addMeasurement(new LossCurve.Measurement(curve.steps(), bits)));
        }
    }

    private void checkpoint(Listener listener) throws IOException {
        if (!store.isUpToDate()) {
            requireFiniteWeights();
            store.save(plan, program, seconds());
            listener.saved(status());
        }
    }

    private SettingsException tooHighARate(String what) {
        return new SettingsException(Setting.RATE.option() + ": " + what + ". Begin again with a lower rate than "
                + plan.options().rate().highest() + ".");
    }

    /** The last step may have made one infinite, and the loss would say so one step later. */
    private void requireFiniteWeights() {
        if (!trainer.isFinite()) {
            throw tooHighARate("after step " + curve.steps() + " a weight is not a finite number");
        }
    }

    private void finish(Listener listener) throws IOException {
        measure(listener);
        store.save(plan, typed, seconds());
        store.removeState();
        listener.saved(status());
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - begun) / NANOS;
    }

    private Status status() {
        double perStep = times.mean();
        return new Status(
                curve.steps(),
                plan.steps(),
                curve.recent() * plan.bitsPerNat(),
                curve.lastMeasured(),
                curve.measurements().isEmpty()
                        ? 0
                        : curve.measurements().getLast().step(),
                plan.options().batch().tokens() / perStep,
                times.isSteady() ? (plan.steps() - curve.steps()) * perStep : Double.NaN,
                seconds());
    }
}
