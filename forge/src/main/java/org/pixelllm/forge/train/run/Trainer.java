package org.pixelllm.forge.train.run;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.data.TextMixture;
import org.pixelllm.forge.train.gradient.Gradients;
import org.pixelllm.forge.train.gradient.Parameters;
import org.pixelllm.forge.train.optim.AdamW;
import org.pixelllm.forge.train.optim.Average;
import org.pixelllm.forge.train.optim.Initializer;
import org.pixelllm.forge.train.optim.Muon;
import org.pixelllm.forge.train.optim.Optimizer;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Program;

/**
 * Trains a program to predict the next token of texts, step by step. A step depends on the seed, its number, and the
 * weights and what the optimizers keep before it, and on nothing else.
 */
final class Trainer {

    private final Parameters parameters;
    private final Gradients gradients;
    private final Optimizer[] optimizers;
    private final Map<Integer, Optimizer> optimizerOf = new HashMap<>(); // by tensor id
    private final @Nullable Average average;
    private final TextMixture mixture;
    private final Workers workers;
    private final Arithmetic[] arithmetics; // of each thread
    private final int[] ids; // [sequences, length]
    private final int[] targets; // [sequences, length]

    /** Takes the memory for a batch. The program's declared weight types do not matter here: all is f32. */
    Trainer(
            Program program,
            TrainingOptions options,
            TextMixture mixture,
            Supplier<Arithmetic> arithmetic,
            Workers workers) {
        this.mixture = mixture;
        this.workers = workers;
        this.arithmetics = Stream.generate(arithmetic).limit(workers.count()).toArray(Arithmetic[]::new);
        this.parameters = new Parameters(program, arithmetics.length);
        this.gradients = new Gradients(
                parameters, options.batch().windows(), options.batch().length(), arithmetics, workers);
        this.ids = new int[options.batch().tokens()];
        this.targets = new int[options.batch().tokens()];
        List<Integer> orthogonal = options.optimizer().muon() ? parameters.matrices() : List.of();
        List<Integer> others =
                parameters.ids().stream().filter(id -> !orthogonal.contains(id)).toList();
        Optimizer muon = new Muon(parameters, orthogonal, options.optimizer().decay(), workers, arithmetics);
        Optimizer adam = new AdamW(parameters, others, options.optimizer().decay(), workers);
        orthogonal.forEach(id -> optimizerOf.put(id, muon));
        others.forEach(id -> optimizerOf.put(id, adam));
        this.optimizers = new Optimizer[] {muon, adam};
        this.average = options.average() > 0 ? new Average(parameters, options.average(), workers) : null;
    }

    /** Draws the first weights and forgets what was learnt. */
    void reset(long seed) {
        Initializer.fill(parameters, seed);
        forget();
    }

    /** The weights, to be set before {@link #forget}. */
    Parameters parameters() {
        return parameters;
    }

    /** Begins with the weights as they are. */
    void forget() {
        for (int id : weightIds()) {
            for (float[] kept : state(id)) {
                Arrays.fill(kept, 0);
            }
        }
        if (average != null) {
            average.reset();
        }
    }

    /**
     * Does one step. All memory was taken before: nothing is allocated.
     *
     * @param step counted from 0
     * @return nats per token of its batch, before the weights were moved
     */
    double step(TrainingOptions options, int step) {
        int length = options.batch().length();
        for (int s = 0; s < options.batch().windows(); s++) {
            long number = (long) step * options.batch().windows() + s;
            mixture.draw(options.seed(), number, ids, targets, s * length, length);
        }
        parameters.pack(workers, arithmetics);
        double nats = gradients.compute(ids, targets, options.dropout(), options.seed() + step);
        double scale = Math.min(1, options.optimizer().clip() / gradients.norm());
        for (Optimizer optimizer : optimizers) {
            optimizer.update(gradients, step, options.rate().at(step), scale);
        }
        if (average != null) {
            average.add(step);
        }
        return nats;
    }

    /** The weights' tensor ids, in the program's order. */
    List<Integer> weightIds() {
        return parameters.ids();
    }

    /** A weight's values as they are now; not copied. */
    float[] values(int id) {
        return parameters.values(id);
    }

    /** Whether an average of the weights is kept. */
    boolean averages() {
        return average != null;
    }

    /** The average of a weight, where one is kept; not copied. */
    float[] averaged(int id) {
        return Objects.requireNonNull(average).values(id);
    }

    /** Whether every weight is a finite number. */
    boolean isFinite() {
        for (int id : weightIds()) {
            for (float value : values(id)) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What the optimizer keeps of a weight; not copied. */
    float[][] state(int id) {
        return Objects.requireNonNull(optimizerOf.get(id)).state(id);
    }
}
