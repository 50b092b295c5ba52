package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.forge.train.Corpus;
import org.pixelllm.forge.train.Evaluator;
import org.pixelllm.forge.train.Trainer;
import org.pixelllm.forge.train.TrainingOptions;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.executor.PlainProducts;
import org.pixelllm.pxvm.executor.Products;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.executor.simd.VectorProducts;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.ElementType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a cartridge on a text, or measures one. */
@Command(name = "train", description = "Train a cartridge on a text, or measure one with --evaluate.")
final class TrainCommand implements Callable<Integer> {

    private static final double LN2 = Math.log(2);
    private static final int LOG_EVERY = 100;

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "A UTF-8 text to learn from.")
    private @Nullable Path text;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CARTRIDGE.pxi",
            description = "The cartridge to write.")
    private @Nullable Path output;

    @Option(
            names = "--evaluate",
            paramLabel = "VALID.txt",
            description = "Measure the cartridge of -c on this text instead of training.")
    private @Nullable Path evaluate;

    @Option(names = "--json", description = "Answer --evaluate in JSON.")
    private boolean json;

    @Option(names = "--name", paramLabel = "NAME", description = "The model's name in its manifest.")
    private String name = "pooled-mlp";

    @Option(names = "--licence", paramLabel = "ID", description = "The model's licence in its manifest.")
    private String licence = "unstated";

    @Option(names = "--dim", paramLabel = "N", description = "Elements of an embedding. Default: ${DEFAULT-VALUE}.")
    private int dim = 128;

    @Option(
            names = "--hidden",
            paramLabel = "N",
            description = "Elements of the hidden layer. Default: ${DEFAULT-VALUE}.")
    private int hidden = 128;

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "Characters looked back on. Default: ${DEFAULT-VALUE}.")
    private int context = 4;

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps. Default: ${DEFAULT-VALUE}.")
    private int steps = 5000;

    @Option(names = "--batch", paramLabel = "N", description = "Windows of text in a step. Default: ${DEFAULT-VALUE}.")
    private int batch = 1024;

    @Option(names = "--rate", paramLabel = "R", description = "Highest learning rate. Default: ${DEFAULT-VALUE}.")
    private double rate = 0.003;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "What everything is drawn from. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--weights", paramLabel = "TYPE", description = "f32 or u8. Default: ${DEFAULT-VALUE}.")
    private String weights = "f32";

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path valid = evaluate;
        Path source = text;
        Path target = output;
        if (valid != null && source == null && target == null) {
            measure(valid);
        } else if (valid == null && source != null && target != null) {
            train(source, target);
        } else {
            throw new UsageException("Give either TEXT and -o CARTRIDGE, or --evaluate VALID and -c CARTRIDGE.");
        }
        return ExitCode.OK;
    }

    private void measure(Path valid) throws IOException {
        ExecutorChoice choice = options.choose(terminal);
        try (Cartridge cartridge = Cartridge.open(options.path(terminal));
                Workers workers = new Workers(options.threads)) {
            Corpus corpus = Corpus.read(valid, cartridge.tokenizer());
            Evaluator evaluator =
                    new Evaluator(choice.executor().load(cartridge.program(), cartridge.weights()), workers);
            ProgressLine line = new ProgressLine(terminal);
            double bits = evaluator.bitsPerCharacter(
                    corpus, tokens -> line.show((double) tokens / corpus.ids().length, "measured"));
            line.clear();
            if (json) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("bits_per_character", bits);
                result.put("characters", corpus.characters());
                result.put("text_sha256", corpus.sha256());
                result.put("cartridge", "sha256:" + cartridge.digest());
                result.put("executor", choice.executor().name());
                Json.print(terminal, result);
            } else {
                terminal.out()
                        .println(thousandths(bits) + " bits per character over " + corpus.characters() + " characters");
            }
        } finally {
            choice.executor().close();
        }
    }

    private void train(Path source, Path target) throws IOException {
        ElementType type = ElementType.ofWord(weights);
        if (type == null || !type.isWeightType()) {
            throw new UsageException("--weights: expected f32 or u8, found " + weights + ".");
        }
        CharacterTokenizer tokenizer = CharacterTokenizer.PROTOCOL;
        Corpus corpus = Corpus.read(source, tokenizer);
        Program program;
        TrainingOptions training;
        try {
            program = new PooledMlp(tokenizer.vocabulary(), dim, hidden, context, type).program();
            training = new TrainingOptions(steps, batch, context, rate, Math.min(100, steps / 10), 0.01, 1, seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        double[] recent = {Double.NaN};
        long start = System.nanoTime();
        try (Workers workers = new Workers(options.threads)) {
            Products products = SimdExecutor.isAvailable() ? new VectorProducts(workers) : new PlainProducts(workers);
            terminal.err().println("training on " + corpus.characters() + " characters, " + products.description());
            Trainer trainer = new Trainer(program, training, products, workers);
            ProgressLine line = new ProgressLine(terminal);
            trainer.train(corpus.ids(), (step, nats) -> {
                recent[0] = Double.isNaN(recent[0]) ? nats : 0.98 * recent[0] + 0.02 * nats;
                String state =
                        "step " + step + " of " + steps + ", " + thousandths(recent[0] / LN2) + " bits per token";
                line.show((double) step / steps, state);
                if (!terminal.progress() && (step % LOG_EVERY == 0 || step == steps)) {
                    terminal.err().println(state);
                }
            });
            line.clear();
            Manifest manifest =
                    new Manifest(name, PooledMlp.NAME, licence, provenance(corpus, training, workers.count()));
            new Model(program, trainer.weights(program), tokenizer, manifest).write(target);
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        terminal.out()
                .println(target + ": trained in " + seconds + " s, " + thousandths(recent[0] / LN2)
                        + " bits per token at the end");
    }

    private Map<String, String> provenance(Corpus corpus, TrainingOptions training, int threads) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("software", "Pixel-LLM " + PixelLlm.VERSION);
        entries.put("text", corpus.name() + ", " + corpus.characters() + " characters");
        entries.put("text sha256", corpus.sha256());
        entries.put("seed", String.valueOf(training.seed()));
        entries.put("steps", String.valueOf(training.steps()));
        entries.put("batch", training.sequences() + " windows of " + training.length() + " characters");
        entries.put("optimizer", "AdamW, rate " + training.rate() + ", decay " + training.decay());
        entries.put("threads", String.valueOf(threads));
        return entries;
    }

    private static String thousandths(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
