package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Program;

/**
 * One training run: it steps, is measured, and is kept on disk, so that it can be stopped at any moment and continues as
 * if nothing had happened. Beside the cartridge are its state while it is not finished, and a picture of its curve.
 */
public final class TrainingRun {

    private static final double NANOS = 1e9;
    private static final int BEGINNING_TOKENS = 32;
    private static final int BEGINNING_WORDS = 4;

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

        /** The validation text has been measured. */
        default void read(Status status) {}

        /** A checkpoint is on disk. */
        void saved(Status status);
    }

    /**
     * How far a run is.
     *
     * @param step steps done
     * @param steps of the whole run
     * @param tokens seen
     * @param bits per character that the last steps' batches cost, smoothed; NaN before the first
     * @param rate the learning rate of the last step; NaN before the first
     * @param valid bits per character that were measured last, of the weights or their average; NaN before the first
     * @param validStep after which step that was; 0 before the first
     * @param best the fewest bits per character that were measured; NaN before the first
     * @param bestStep after which step that was; 0 before the first
     * @param averaged whether it was the average of the weights
     * @param tokensPerSecond of the last steps; NaN while it is not known
     * @param secondsLeft NaN while it is not known
     * @param seconds trained so far, over all parts of the run
     * @param isFinished whether nothing is left to do
     * @param canBeLonger whether the run may be resumed with more steps when it is finished
     */
    public record Status(
            int step,
            int steps,
            long tokens,
            double bits,
            double rate,
            double valid,
            int validStep,
            double best,
            int bestStep,
            boolean averaged,
            double tokensPerSecond,
            double secondsLeft,
            double seconds,
            boolean isFinished,
            boolean canBeLonger) {}

    private final Backend backend;
    private final Program program; // all f32
    private final Trainer trainer;
    private final LossCurve curve;
    private final Validation validation;
    private final RunStore store;
    private final StepTimes times = new StepTimes();
    private final List<Checkpoint.Sitting> before;
    private final @Nullable Settings settingsBefore; // null for the first sitting
    private final int stepsBefore;
    private @Nullable Rewind rewind; // until the number of steps is decided
    private final long begun = System.nanoTime();
    private RunPlan plan;
    private volatile boolean stopping;

    /** Brings the trainer back to where this sitting begins. */
    private interface Rewind {
        void apply(TrainingRun run) throws PxiException;
    }

    private TrainingRun(
            RunPlan plan,
            RunFiles files,
            Backend backend,
            String software,
            LossCurve curve,
            List<Checkpoint.Sitting> before,
            @Nullable Settings settingsBefore,
            Rewind rewind)
            throws PxiException {
        this.plan = plan;
        this.backend = backend;
        this.curve = curve;
        this.before = before;
        this.settingsBefore = settingsBefore;
        this.stepsBefore = curve.steps();
        this.rewind = rewind;
        this.program = plan.trained();
        TrainingOptions options = plan.options();
        TrainingMemory.require(program, options.batch(), backend.workers().count());
        this.trainer = new Trainer(program, options, plan.data().mixture(), backend.arithmetic(), backend.workers());
        this.validation = new Validation(program, backend);
        this.store = new RunStore(
                files,
                trainer,
                curve,
                new Provenance.Maker(
                        software,
                        backend.arithmetic().get().name(),
                        backend.workers().count()));
        rewind.apply(this);
    }

    /** A run from the start. */
    public static TrainingRun begin(
            Map<Setting, String> given,
            List<Path> texts,
            @Nullable Path valid,
            Path output,
            Backend backend,
            String software)
            throws IOException {
        return begin(given, null, texts, valid, output, backend, software);
    }

    /**
     * A run from the start, or from a model. Reads the texts, and reports what is wrong before anything is computed.
     *
     * @param given settings; others have their defaults
     * @param from the cartridge of the model to go on from, or null
     * @param output the cartridge to make
     * @param valid the text to measure on, or null
     * @param software what trains, for the manifest
     * @throws SettingsException what is asked for cannot be
     * @throws PxiException a text cannot be used
     * @throws IOException the output could not be written
     */
    public static TrainingRun begin(
            Map<Setting, String> given,
            @Nullable Path from,
            List<Path> texts,
            @Nullable Path valid,
            Path output,
            Backend backend,
            String software)
            throws IOException {
        Base.Source read = from == null ? null : Base.read(from);
        Base base = read == null ? null : read.base();
        Settings settings = read == null
                ? Settings.of(given)
                : Settings.tuned(given, read.base().program().context(), read.name(), read.licence());
        requireWords(settings);
        TrainingOptions.of(settings, settings.whole(Setting.STEPS, 1));
        if (TrainingOptions.REST.equals(given.get(Setting.FALL))) {
            throw Settings.fault(Setting.FALL, "a share or a number of steps where a run begins", TrainingOptions.REST);
        }
        RunFiles files = RunFiles.of(output);
        files.requireNoRun();
        files.requireWritable();
        TrainingData data = TrainingData.read(settings, read == null ? null : read.tokenizer(), texts, valid);
        RunPlan plan = RunPlan.of(settings, base, data);
        Rewind first = read == null
                ? run -> run.trainer.reset(settings.seed())
                : run -> {
                    read.fill(run.trainer.parameters());
                    run.trainer.forget();
                };
        return new TrainingRun(plan, files, backend, software, new LossCurve(), List.of(), null, first);
    }

    /**
     * A run that continues from its last checkpoint.
     *
     * @param given settings; they must be those that the run was begun with, but for those that may change
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
        Checkpoint.Origin origin = head.base();
        Base base = origin == null
                ? null
                : new Base(
                        Base.program(checkpoint.program(), files.state().toString()), origin.family(), origin.from());
        requireWords(settings);
        files.requireWritable();
        TrainingData data = TrainingData.read(settings, checkpoint, files.state(), texts, valid);
        boolean longer = settings.isConstant() && given.keySet().stream().anyMatch(Setting::isBudget);
        int done = checkpoint.curve().steps();
        RunPlan plan = RunPlan.resumed(settings, base, data, longer, done, head.steps());
        return new TrainingRun(
                plan,
                files,
                backend,
                software,
                checkpoint.curve(),
                head.sittings(),
                new Settings(head.settings()),
                run -> run.store.restore(checkpoint));
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
        if (settings.has(Setting.WEIGHTS)) {
            RunPlan.weightType(settings);
        }
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

    /** The first words of the first text. */
    public String beginning() {
        int[] ids = plan.data().mixture().texts().getFirst().ids();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(ids.length, BEGINNING_TOKENS); i++) {
            text.append(plan.data().tokenizer().decode(ids[i]));
        }
        String[] words = text.toString().strip().split("\\s+", BEGINNING_WORDS + 1);
        return String.join(" ", Arrays.copyOf(words, Math.min(words.length, BEGINNING_WORDS)));
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
        rewind = null; // What it holds is not needed any more.
        if (stopping && curve.steps() == stepsBefore) {
            return status();
        }
        listener.begins(status());
        step(checkpointSeconds, listener);
        if (isOver()) {
            finish(listener);
        } else {
            checkpoint(listener);
        }
        return status();
    }

    /** Finds out how many steps take as long as is asked for. They are then part of what the run is. */
    private void decideSteps() throws PxiException {
        long fitting = Rehearsal.stepsIn(plan.seconds(), trainer, plan.options(), () -> stopping);
        plan = plan.decided(curve.steps(), fitting);
        Objects.requireNonNull(rewind).apply(this);
    }

    /** Does the steps that are left, with checkpoints between them. */
    private void step(double checkpointSeconds, Listener listener) throws IOException {
        TrainingOptions options = plan.options();
        long last = System.nanoTime();
        measureIfDue(listener); // It may have been stopped before that.
        while (!isOver() && !stopping) {
            long start = System.nanoTime();
            double nats = trainer.step(options, curve.steps());
            if (!Double.isFinite(nats)) {
                throw tooHighARate("the loss of step " + (curve.steps() + 1) + " is not a finite number");
            }
            curve.addLoss(nats);
            times.add((System.nanoTime() - start) / NANOS);
            listener.stepped(status());
            measureIfDue(listener);
            boolean due = System.nanoTime() - last > checkpointSeconds * NANOS;
            if (due && !isOver() && !stopping) {
                checkpoint(listener);
                last = System.nanoTime();
            }
        }
    }

    /** Whether no step is left. */
    private boolean isOver() {
        return curve.steps() >= plan.steps() || plan.isPatienceSpent(curve);
    }

    /** Measures after steps that the plan names, and so independently of time. */
    private void measureIfDue(Listener listener) {
        if (plan.measuresAfter(curve.steps()) && !stopping) {
            measure(listener);
        }
    }

    /** Measures the weights and their average, and keeps the better where none was better. */
    private void measure(Listener listener) {
        requireFiniteWeights();
        Corpus text = plan.data().valid();
        LossCurve.Measurement last = curve.last();
        if (text == null || (last != null && last.step() == curve.steps())) {
            return;
        }
        IntConsumer progress = tokens -> listener.measured(tokens, text.ids().length);
        OptionalDouble plain = validation.bitsPerCharacter(text, trainer::values, progress);
        OptionalDouble averaged = trainer.averages()
                ? validation.bitsPerCharacter(text, trainer::averaged, progress)
                : OptionalDouble.of(Double.NaN);
        if (plain.isEmpty() || averaged.isEmpty()) {
            return;
        }
        LossCurve.Measurement now =
                new LossCurve.Measurement(curve.steps(), plain.getAsDouble(), averaged.getAsDouble());
        curve.addMeasurement(now);
        if (now.equals(curve.best())) {
            store.keepBest(now.isAverage());
        }
        listener.read(status());
    }

    private void checkpoint(Listener listener) throws IOException {
        if (!store.isUpToDate()) {
            requireFiniteWeights();
            store.save(plan, program, sittings());
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
        store.save(plan, plan.finished(), sittings());
        if (!plan.settings().isConstant()) {
            store.removeState();
        }
        listener.saved(status());
    }

    /** The parts of the run, this one as it is now. */
    private List<Checkpoint.Sitting> sittings() {
        List<Checkpoint.Sitting> all = new ArrayList<>(before);
        if (curve.steps() > stepsBefore) {
            int steps = curve.steps() - stepsBefore;
            long tokens = (long) steps * plan.options().batch().tokens();
            all.add(new Checkpoint.Sitting(
                    steps,
                    tokens,
                    (System.nanoTime() - begun) / NANOS,
                    settingsBefore == null ? "" : plan.settings().changedSince(settingsBefore)));
        }
        return all;
    }

    private Status status() {
        double perStep = times.mean();
        LossCurve.Measurement last = curve.last();
        LossCurve.Measurement best = curve.best();
        TrainingOptions options = plan.options();
        List<Checkpoint.Sitting> sittings = sittings();
        return new Status(
                curve.steps(),
                plan.steps(),
                sittings.stream().mapToLong(Checkpoint.Sitting::tokens).sum(),
                curve.recent() * plan.bitsPerNat(),
                curve.steps() == 0 ? Double.NaN : options.rate().at(curve.steps() - 1),
                last == null ? Double.NaN : last.bits(),
                last == null ? 0 : last.step(),
                best == null ? Double.NaN : best.bits(),
                best == null ? 0 : best.step(),
                best != null && best.isAverage(),
                options.batch().tokens() / perStep,
                times.isSteady() ? (plan.steps() - curve.steps()) * perStep : Double.NaN,
                sittings.stream().mapToDouble(Checkpoint.Sitting::seconds).sum(),
                plan.isDecided() && isOver(),
                plan.settings().isConstant());
    }
}
