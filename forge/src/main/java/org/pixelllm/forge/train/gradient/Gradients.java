package org.pixelllm.forge.train.gradient;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Workers;

/**
 * The loss over a step's windows and its gradient. The windows are cut into a fixed number of shards, which threads take
 * as they come; each shard sums its own gradient, and those are added in order: the same bits for any number of threads.
 */
public final class Gradients {

    /** The most shards: each takes the memory of all weights once more. */
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
    private final int[] weights; // their tensor ids
    private final double[] chunks; // sums of squares
    private final Workers.Piece walk = this::walk;
    private final Workers.Piece add = this::add;
    private final Workers.Piece square = this::square;

    // What the pieces work on.
    private int[] ids = {};
    private int[] targets = {};
    private double dropoutRate;
    private long dropoutSeed;
    private int weight;

    /**
     * Takes the memory.
     *
     * @param arithmetics one for each thread
     */
    public Gradients(Parameters parameters, int sequences, int length, Arithmetic[] arithmetics, Workers workers) {
        this.parameters = parameters;
        this.workers = workers;
        this.sequences = sequences;
        this.length = length;
        this.atOnce = windowsAtOnce(sequences, length);
        this.tapes = new Tape[arithmetics.length];
        for (int thread = 0; thread < tapes.length; thread++) {
            tapes[thread] = new Tape(parameters, arithmetics[thread], atOnce, length);
        }
        int tensors = parameters.program().tensors().size();
        this.shards = new float[shards(sequences)][tensors][];
        for (float[] @Nullable [] shard : shards) {
            for (int id : parameters.ids()) {
                shard[id] = new float[parameters.values(id).length];
            }
        }
        this.nats = new double[shards.length];
        this.weights = parameters.ids().stream().mapToInt(Integer::intValue).toArray();
        int longest = Arrays.stream(weights)
                .map(id -> parameters.values(id).length)
                .max()
                .orElse(0);
        this.chunks = new double[Math.ceilDiv(longest, CHUNK)];
    }

    /** How many shards these windows are cut into. */
    public static int shards(int sequences) {
        return Math.min(SHARDS, sequences);
    }

    /** How many windows a thread walks at once. */
    public static int windowsAtOnce(int sequences, int length) {
        return Math.min(Math.ceilDiv(sequences, shards(sequences)), Math.max(1, TOKENS_AT_ONCE / length));
    }

    /**
     * Computes loss and gradients.
     *
     * @param ids // [sequences, length]
     * @param targets the token that follows each // [sequences, length]
     * @param dropoutRate the share that is left out; each window group leaves out elements of its own
     * @param dropoutSeed one for each step
     * @return the mean loss in nats for each token
     */
    public double compute(int[] ids, int[] targets, double dropoutRate, long dropoutSeed) {
        this.ids = ids;
        this.targets = targets;
        this.dropoutRate = dropoutRate;
        this.dropoutSeed = dropoutSeed;
        workers.split(shards.length, 1, walk);
        double sum = 0;
        for (double each : nats) {
            sum += each;
        }
        for (int id : weights) {
            weight = id;
            workers.split(gradient(id).length, CHUNK, add);
        }
        return sum / ids.length;
    }

    private void walk(int thread, int from, int to) {
        for (int shard = from; shard < to; shard++) {
            nats[shard] = walk(tapes[thread], shard);
        }
    }

    private double walk(Tape tape, int shard) {
        int begin = (int) ((long) sequences * shard / shards.length);
        int end = (int) ((long) sequences * (shard + 1) / shards.length);
        double sum = 0;
        int vocabulary = parameters.program().vocabulary();
        int output = parameters.program().output();
        tape.begin(shards[shard]);
        for (int window = begin; window < end; window += atOnce) {
            int count = Math.min(atOnce, end - window);
            tape.next(count, dropoutRate, dropoutSeed * sequences + window);
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

    /** Adds a part of a weight's gradients to that of the first shard. */
    private void add(int thread, int from, int to) {
        float[] total = gradient(weight);
        for (int shard = 1; shard < shards.length; shard++) {
            float[] other = shards[shard][weight];
            for (int i = from; other != null && i < to; i++) {
                total[i] += other[i];
            }
        }
    }

    /** The root of the sum of all gradients' squares, after {@link #compute}: of each chunk, then of the chunks in order. */
    public double norm() {
        double sum = 0;
        for (int id : weights) {
            weight = id;
            int length = gradient(id).length;
            workers.split(length, CHUNK, square);
            double own = 0;
            for (int chunk = 0; chunk * CHUNK < length; chunk++) {
                own += chunks[chunk];
            }
            sum += own;
        }
        return Math.sqrt(sum);
    }

    private void square(int thread, int from, int to) {
        float[] values = gradient(weight);
        for (int begin = from; begin < to; begin += CHUNK) {
            double sum = 0;
            for (int i = begin; i < Math.min(to, begin + CHUNK); i++) {
                sum += (double) values[i] * values[i];
            }
            chunks[begin / CHUNK] = sum;
        }
    }

    /** The gradient of a weight, after {@link #compute}. */
    public float[] gradient(int id) {
        float[] gradient = shards[0][id];
        if (gradient == null) {
            throw new IllegalArgumentException(parameters.program().tensor(id) + " is no weight");
        }
        return gradient;
    }
}
