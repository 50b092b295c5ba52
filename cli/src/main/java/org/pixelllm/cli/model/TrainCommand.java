package org.pixelllm.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.storage.TransientLock;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.Durations;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Interrupts;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.ProgressLine;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.LoadedModel;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.run.Evaluator;
import org.pixelllm.forge.train.run.TrainingRun;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.reference.ReferenceArithmetic;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.Form;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.webgpu.WebGpuProvider;

/** Trains a cartridge on texts, or measures one. */
public final class TrainCommand extends Command {

    private final ModelOptions model = ModelOptions.withoutSessions(this);
    private final TrainOptions options = new TrainOptions(this);
    private final Value<Path> evaluate =
            path("VALID.txt", "Measure the cartridge of -c on this text instead of training.", "--evaluate");
    private final Value<Boolean> force = Targets.forceFlag(this);
    private final Value<Boolean> json =
            flag("Print each reading as a line of JSON, or the result of --evaluate as JSON.", "--json");

    public TrainCommand(Terminal terminal) {
        super("train", "Train a cartridge on texts, or measure one with --evaluate.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path measured = evaluate.orNull();
        Path output = options.output();
        Path resume = options.resume();
        boolean fresh = options.from() == null;
        boolean texts = !options.texts().isEmpty();
        if (measured != null && !texts && output == null && resume == null && fresh) {
            measure(measured);
            return ExitCode.OK;
        }
        if (measured == null && resume != null && output == null && fresh) {
            return locked(resume, true);
        }
        if (measured == null && resume == null && output != null && texts) {
            return locked(output, false);
        }
        throw new UsageException(
                "Give either TEXT and -o CARTRIDGE, with or without --from BASE, or --resume CARTRIDGE, or --evaluate VALID and -c CARTRIDGE.");
    }

    private void measure(Path valid) throws IOException {
        Path path = model.path();
        try (Cartridge cartridge = Cartridge.open(path);
                LoadedModel loaded = model.load(cartridge);
                Workers workers = new Workers(model.threads())) {
            Corpus corpus = Corpus.read(valid, cartridge.tokenizer());
            Evaluator evaluator = new Evaluator(loaded.machine(), workers);
            ProgressLine line = new ProgressLine(terminal);
            double bits = evaluator.bitsPerCharacter(
                    corpus, tokens -> line.show((double) tokens / corpus.ids().length, "measured"));
            line.clear();
            if (json.get()) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("bits_per_character", bits);
                result.put("characters", corpus.characters());
                result.put("text_sha256", corpus.sha256());
                result.put("cartridge", "sha256:" + cartridge.digest());
                result.put("executor", loaded.chosen().executor().name());
                Json.print(terminal, result);
            } else {
                terminal.out()
                        .println(TrainLog.thousandths(bits) + " bits per character over " + corpus.characters()
                                + " characters");
            }
        }
    }

    /** One training at a time makes a cartridge; none replaces what it reads, nor a model without being told. */
    private ExitCode locked(Path output, boolean resumed) throws IOException {
        Targets targets = Targets.of(options.valid(), options.from()).and(options.texts());
        for (Path file : TrainingRun.files(output)) {
            targets.require(file);
        }
        Path file = TransientLock.besides(output);
        PxiFiles.requireWritable(file);
        try (TransientLock lock = TransientLock.tryTake(file)) {
            if (lock == null) {
                throw new TryAgainException(
                        "Another process is training " + output + ". Wait until it ends, or choose another output.");
            }
            if (!resumed && !TrainingRun.isUnfinished(output)) {
                targets.requireNew(output, force.get());
            }
            return train(output, resumed);
        }
    }

    private ExitCode train(Path output, boolean resumed) throws IOException {
        String gpu = new WebGpuProvider().name();
        if (model.executor().equals(gpu)) {
            throw new UsageException("Training runs on the processor: leave out -x " + gpu + ".");
        }
        double checkpointSeconds = options.checkpointSeconds();
        try (Executor executor = model.openExecutor().executor();
                Workers workers = new Workers(model.threads())) {
            boolean plain = executor instanceof ReferenceExecutor;
            Form form = Form.fastest();
            Supplier<Arithmetic> arithmetic = plain ? ReferenceArithmetic::new : () -> SimdExecutor.arithmetic(form);
            TrainingRun.Backend backend = new TrainingRun.Backend(arithmetic, workers, executor);
            String software = "Pixel-LLM " + PixelLlm.VERSION;
            TrainingRun run = resumed
                    ? TrainingRun.resume(options.given(), options.texts(), options.valid(), output, backend, software)
                    : TrainingRun.begin(
                            options.given(),
                            options.from(),
                            options.texts(),
                            options.valid(),
                            output,
                            backend,
                            software);
            terminal.err().println(run.description());
            return run(run, output, checkpointSeconds);
        }
    }

    private ExitCode run(TrainingRun run, Path output, double checkpointSeconds) throws IOException {
        String prompt = options.sample();
        TrainSample sample = new TrainSample(output, model.choice(), prompt == null ? run.beginning() : prompt);
        TrainLog log = new TrainLog(terminal, sample, json.get());
        try (Interrupts interrupts = new Interrupts(terminal, run::stop)) {
            TrainingRun.Status end;
            try {
                end = run.run(checkpointSeconds, log);
            } finally {
                log.clear();
            }
            if (end.isFinished()) {
                if (!json.get()) {
                    terminal.out()
                            .println(output + ": trained in " + Durations.words(end.seconds()) + ", "
                                    + TrainLog.words(end));
                }
                if (end.canBeLonger()) {
                    terminal.err()
                            .println("Its state is kept, so that it can be made longer: pixel-llm train --resume "
                                    + output + " --steps N. Delete the state when it is not needed any more.");
                }
                return ExitCode.OK;
            }
            terminal.err()
                    .println(
                            end.step() == 0
                                    ? "Stopped before the first step; nothing was written."
                                    : "Stopped after step " + end.step() + " of " + end.steps()
                                            + ". Resume it with: pixel-llm train --resume " + output);
            return interrupts.interrupted() ? ExitCode.INTERRUPTED : ExitCode.OK;
        }
    }
}
