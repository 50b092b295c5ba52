package org.pixelllm.forge.train;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.derivative.Dropout;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Workers;

/**
 * The loss over a step's windows and its gradient. The windows are cut into a fixed number of shards, which threads take
 * as they come; each shard sums its own gradient, and those are added in order: the same bits for any number of threads.
 */
final class Gradients {

    /** At most so many shards: each takes the memory of all weights once more. */
    private static final int SHARDS = 8;

    /** Tokens of a window group that is walked forwards and backwards at once: its values should stay in cache. */
    private static final int TOKENS_AT_ONCE = 256;

    private static final int CHUNK = 1 << 15;

    private final Parameters parameters;
    private final Workers workers;
    private final int sequences;
    private final int length;
    private final int atOnce;
    private final Tape[] tapes; // one for each thread
    private final float[] @Nullable [][] shards; // [shard][tensor id]
    private final double[] nats; // by shard

    /** Takes the memory. */
    Gradients(Parameters parameters, int sequences, int length, Supplier<Arithmetic> arithmetic, Workers workers) {
        this.parameters = parameters;
        this.workers = workers;
        this.sequences = sequences;
        this.length = length;
        this.atOnce = windowsAtOnce(sequences, length);
        this.tapes = new Tape[workers.count()];
        for (int thread = 0; thread < tapes.length; thread++) {
            tapes[thread] = new Tape(parameters, arithmetic.get(), atOnce, length);
        }
        int tensors = parameters.program().tensors().size();
        this.shards = new float[shards(sequences)][tensors][];
        for (float[] @Nullable [] shard : shards) {
            for (int id : parameters.ids()) {
                shard[id] = new float[parameters.values(id).length];
            }
        }
        this.nats = new double[shards.length];
    }

    /** Into how many shards so many windows are cut. */
    static int shards(int sequences) {
        return Math.min(SHARDS, sequences);
    }

    /** How many windows a thread walks at once. */
    static int windowsAtOnce(int sequences, int length) {
        return Math.min(Math.ceilDiv(sequences, shards(sequences)), Math.max(1, TOKENS_AT_ONCE / length));
    }

    /**
     * Computes loss and gradients.
     *
     * @param ids // [sequences, length]
     * @param targets the token that follows each // [sequences, length]
     * @param dropout of this step; each window group leaves out elements of its own
     * @return the mean loss in nats for each token
     */
    double compute(int[] ids, int[] targets, Dropout dropout) {
        workers.split(shards.length, 1, (thread, from, to) -> {
            for (int shard = from; shard < to; shard++) {
                nats[shard] = shard(tapes[thread], shard, ids, targets, dropout);
            }
        });
        double sum = 0;
        for (double each : nats) {
            sum += each;
        }
        for (int id : parameters.ids()) {
            add(id);
        }
        return sum / ids.length;
    }

    private double shard(Tape tape, int shard, int[] ids, int[] targets, Dropout dropout) {
        int begin = (int) ((long) sequences * shard / shards.length);
        int end = (int) ((long) sequences * (shard + 1) / shards.length);
        double sum = 0;
        int vocabulary = parameters.program().vocabulary();
        int output = parameters.program().output();
        tape.begin(shards[shard]);
        for (int window = begin; window < end; window += atOnce) {
            int count = Math.min(atOnce, end - window);
            tape.next(count, new Dropout(dropout.rate(), dropout.seed() * sequences + window));
            System.arraycopy(ids, window * length, tape.ids(), 0, count * length);
            float[] logits = tape.forward();
            sum += CrossEntropy.apply(
                    tape.arithmetic(),
                    logits,
                    count * length,
                    vocabulary,
                    targets,
                    window * length,
                    1f / ids.length,
                    tape.gradient(output));
            tape.backward();
        }
        tape.end();
        return sum;
    }

    /** The root of the sum of all gradients' squares, after {@link #compute}. */
    double norm() {
        double sum = 0;
        for (int id : parameters.ids()) {
            sum += squares(gradient(id));
        }
        return Math.sqrt(sum);
    }

    /** Of each chunk, then of the chunks in order. */
    private double squares(float[] values) {
        double[] sums = new double[Math.ceilDiv(values.length, CHUNK)];
        workers.split(values.length, CHUNK, (thread, from, to) -> {
            for (int i = from; i < to; i++) {
                sums[i / CHUNK] += (double) values[i] * values[i];
            }
        });
        return Arrays.stream(sums).sum();
    }

    /** Adds a weight's gradients to that of the first shard. */
    private void add(int id) {
        float[] total = gradient(id);
        workers.split(total.length, CHUNK, (thread, from, to) -> {
            for (int shard = 1; shard < shards.length; shard++) {
                float[] other = shards[shard][id];
                for (int i = from; other != null && i < to; i++) {
                    total[i] += other[i];
                }
            }
        });
    }

    /** The gradient of a weight, after {@link #compute}. */
    float[] gradient(int id) {
        float[] gradient = shards[0][id];
        if (gradient == null) {
            throw new IllegalArgumentException(parameters.program().tensor(id) + " is no weight");
        }
        return gradient;
    }
}
