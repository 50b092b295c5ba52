package org.pixelllm.forge.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.executor.Products;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/** Trains a program to predict the next token of a text. The same seed gives the same weights. */
public final class Trainer {

    private final Tape tape;
    private final TrainingOptions options;
    private final Workers workers;
    private final CrossEntropy loss;
    private final Map<Integer, AdamW> optimizers = new HashMap<>();

    /** Is told how far training is. */
    public interface Progress {

        /**
         * A step is done.
         *
         * @param step counted from 1
         * @param loss nats per token of this step's batch
         */
        void step(int step, double loss);
    }

    /** Draws the first weights. The program's declared weight types do not matter here: all is f32. */
    public Trainer(Program program, TrainingOptions options, Products products, Workers workers) {
        if (options.length() > program.context()) {
            throw new IllegalArgumentException("length: expected at most the context of " + program.context()
                    + " tokens, found " + options.length());
        }
        this.options = options;
        this.workers = workers;
        this.tape = new Tape(program, products, options.sequences(), options.length());
        this.loss = new CrossEntropy(workers);
        Initializer.fill(tape, options.seed());
        for (int id : program.withRole(Role.WEIGHT)) {
            optimizers.put(id, new AdamW(tape.values(id).length));
        }
    }

    /**
     * Trains.
     *
     * @param text the text's tokens, more than one window
     */
    public void train(int[] text, Progress progress) {
        if (text.length <= options.length()) {
            throw new IllegalArgumentException(
                    "the text has " + text.length + " tokens; a window of " + options.length() + " needs more");
        }
        SplittableRandom random = new SplittableRandom(options.seed() + 1);
        int[] targets = new int[tape.tokens()];
        for (int step = 0; step < options.steps(); step++) {
            for (int s = 0; s < options.sequences(); s++) {
                int start = random.nextInt(text.length - options.length());
                System.arraycopy(text, start, tape.ids(), s * options.length(), options.length());
                System.arraycopy(text, start + 1, targets, s * options.length(), options.length());
            }
            float[] logits = tape.forward();
            double nats =
                    loss.apply(logits, targets, tape.gradient(tape.program().output()));
            tape.backward();
            update(step);
            progress.step(step + 1, nats);
        }
    }

    private void update(int step) {
        List<Integer> ids = tape.program().withRole(Role.WEIGHT);
        double squares = 0;
        for (int id : ids) {
            for (float g : tape.gradient(id)) {
                squares += (double) g * g;
            }
        }
        double scale = Math.min(1, options.clip() / Math.sqrt(squares));
        double rate = options.rateAt(step);
        workers.split(ids.size(), (from, to) -> {
            for (int id : ids.subList(from, to)) {
                double decay = tape.program().tensor(id).shape().size() > 1 ? options.decay() : 0;
                AdamW optimizer = Objects.requireNonNull(optimizers.get(id));
                optimizer.update(tape.values(id), tape.gradient(id), step, rate, decay, scale);
            }
        });
    }

    /** The weights as they are now, in the types that this program declares for them. */
    public Map<Integer, EncodedWeight> weights(Program typed) {
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : typed.withRole(Role.WEIGHT)) {
            Tensor tensor = typed.tensor(id);
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), tape.values(id)));
        }
        return weights;
    }
}
