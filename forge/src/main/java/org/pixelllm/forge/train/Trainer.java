package org.pixelllm.forge.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.executor.Products;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/**
 * Trains a program to predict the next token of texts, step by step. A step depends on the seed, its number, and the
 * weights and moments before it, and on nothing else.
 */
final class Trainer {

    private final Tape tape;
    private final Mix mix;
    private final Workers workers;
    private final CrossEntropy loss;
    private final Map<Integer, AdamW> optimizers = new HashMap<>();
    private final int[] targets; // [sequences, length]

    /** Takes the memory for a batch. The program's declared weight types do not matter here: all is f32. */
    Trainer(Program program, TrainingOptions options, Mix mix, Products products, Workers workers) {
        if (options.dropout() != 0) {
            throw Settings.fault(Setting.DROPOUT, "0: it is not there yet", String.valueOf(options.dropout()));
        }
        this.mix = mix;
        this.workers = workers;
        this.tape = new Tape(program, products, options.sequences(), options.length());
        this.loss = new CrossEntropy(workers);
        this.targets = new int[options.tokens()];
        for (int id : weightIds()) {
            optimizers.put(id, new AdamW(tape.values(id).length));
        }
    }

    /** Draws the first weights and forgets what was learnt. */
    void reset(long seed) {
        Initializer.fill(tape, seed);
        for (int id : weightIds()) {
            for (float[] moments : state(id)) {
                Arrays.fill(moments, 0);
            }
        }
    }

    /**
     * Does one step.
     *
     * @param step counted from 0
     * @return nats per token of its batch, before the weights were moved
     */
    double step(TrainingOptions options, int step) {
        int length = options.length();
        for (int s = 0; s < options.sequences(); s++) {
            long number = (long) step * options.sequences() + s;
            mix.draw(options.seed(), number, tape.ids(), targets, s * length, length);
        }
        float[] logits = tape.forward();
        double nats = loss.apply(logits, targets, tape.gradient(tape.program().output()));
        tape.backward();
        update(options, step);
        return nats;
    }

    private void update(TrainingOptions options, int step) {
        List<Integer> ids = weightIds();
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
                optimizer(id).update(tape.values(id), tape.gradient(id), step, rate, decay, scale);
            }
        });
    }

    private AdamW optimizer(int id) {
        return Objects.requireNonNull(optimizers.get(id));
    }

    /** The weights' tensor ids, in the program's order. */
    List<Integer> weightIds() {
        return tape.program().withRole(Role.WEIGHT);
    }

    /** A weight's values as they are now; not copied. */
    float[] values(int id) {
        return tape.values(id);
    }

    /** What the optimizer keeps of a weight; not copied. */
    float[][] state(int id) {
        return optimizer(id).state();
    }

    /** The weights as they are now, in the types that this program declares for them. */
    Map<Integer, EncodedWeight> weights(Program typed) {
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : typed.withRole(Role.WEIGHT)) {
            Tensor tensor = typed.tensor(id);
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), tape.values(id)));
        }
        return weights;
    }
}
