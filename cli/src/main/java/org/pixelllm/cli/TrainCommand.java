package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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

/** Trains a cartridge on a text, or measures one. */
final class TrainCommand extends Command {

    private static final double LN2 = Math.log(2);
    private static final int LOG_EVERY = 100;

    private final ModelOptions options = new ModelOptions(this);

    private final Value<Path> text = parameter(Path.class, Path::of, "TEXT", "A UTF-8 text to learn from.", false);
    private final Value<Path> output = path("CARTRIDGE.pxi", "The cartridge to write.", "-o", "--output");
    private final Value<Path> evaluate =
            path("VALID.txt", "Measure the cartridge of -c on this text instead of training.", "--evaluate");
    private final Value<Boolean> json = flag("Answer --evaluate in JSON.", "--json");
    private final Value<String> name = text("NAME", "The model's name in its manifest.", PooledMlp.NAME, "--name");
    private final Value<String> licence = text("ID", "The model's licence in its manifest.", "unstated", "--licence");
    private final Value<Integer> dim = whole("N", "Elements of an embedding.", 128, "--dim");
    private final Value<Integer> hidden = whole("N", "Elements of the hidden layer.", 128, "--hidden");
    private final Value<Integer> context = whole("N", "Characters looked back on.", 3, "--context");
    private final Value<Integer> steps = whole("N", "Optimizer steps.", 5000, "--steps");
    private final Value<Integer> batch = whole("N", "Windows of text in a step.", 1024, "--batch");
    private final Value<Double> rate = real("R", "Highest learning rate.", 0.004, "--rate");
    private final Value<Integer> seed = whole("S", "What everything is drawn from.", 1, "--seed");
    private final Value<String> weights =
            text("TYPE", "The weights' type: " + WeightTypes.WORDS + ".", "f32", "--weights");

    TrainCommand(Terminal terminal) {
        super("train", "Train a cartridge on a text, or measure one with --evaluate.", terminal);
    }

    @Override
    public Integer call() throws IOException {
        Path valid = evaluate.orNull();
        Path source = text.orNull();
        Path target = output.orNull();
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
        ExecutorChoice choice = options.choose();
        try (Cartridge cartridge = Cartridge.open(options.path());
                Workers workers = new Workers(options.threads())) {
            Corpus corpus = Corpus.read(valid, cartridge.tokenizer());
            Evaluator evaluator =
                    new Evaluator(choice.executor().load(cartridge.program(), cartridge.weights()), workers);
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
        ElementType type = WeightTypes.parse(weights.get());
        CharacterTokenizer tokenizer = CharacterTokenizer.PROTOCOL;
        Corpus corpus = Corpus.read(source, tokenizer);
        Program program;
        TrainingOptions training;
        try {
            program = new PooledMlp(tokenizer.vocabulary(), dim.get(), hidden.get(), context.get(), type).program();
            training = new TrainingOptions(
                    steps.get(),
                    batch.get(),
                    context.get(),
                    rate.get(),
                    Math.min(100, steps.get() / 10),
                    0.01,
                    1,
                    seed.get());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        double[] recent = {Double.NaN};
        long start = System.nanoTime();
        try (Workers workers = new Workers(options.threads())) {
            Products products = SimdExecutor.isAvailable() ? new VectorProducts(workers) : new PlainProducts(workers);
            terminal.err().println("training on " + corpus.characters() + " characters, " + products.description());
            Trainer trainer = new Trainer(program, training, products, workers);
            ProgressLine line = new ProgressLine(terminal);
            trainer.train(corpus.ids(), (step, nats) -> {
                recent[0] = Double.isNaN(recent[0]) ? nats : 0.98 * recent[0] + 0.02 * nats;
                String state =
                        "step " + step + " of " + steps.get() + ", " + thousandths(recent[0] / LN2) + " bits per token";
                line.show((double) step / steps.get(), state);
                if (!terminal.progress() && (step % LOG_EVERY == 0 || step == steps.get())) {
                    terminal.err().println(state);
                }
            });
            line.clear();
            Manifest manifest = new Manifest(
                    name.get(), PooledMlp.NAME, licence.get(), provenance(corpus, training, workers.count()));
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
