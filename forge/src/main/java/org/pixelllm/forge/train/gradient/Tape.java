package org.pixelllm.forge.train.gradient;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.derivative.Batch;
import org.pixelllm.forge.train.derivative.Derivative;
import org.pixelllm.forge.train.derivative.Derivatives;
import org.pixelllm.forge.train.derivative.Dropout;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/**
 * One program over one batch: all values of a forward pass are kept, and the same list of instructions walked backwards
 * gives the gradient of every weight (reverse-mode differentiation). Arrays are made once. For one thread at a time.
 */
public final class Tape implements Batch {

    private final Program program;
    private final Parameters parameters;
    private final Arithmetic arithmetic;
    private final int length;
    private final int[] ids; // [sequences, length]
    private final float[] @Nullable [] values; // by tensor id; null for weights
    private final GradientPlan plan;
    private final float[][] slots; // of the values' gradients
    private final boolean[] holds; // by tensor id
    private final Map<Scratch, float[]> scratches = new EnumMap<>(Scratch.class);
    private final Map<Scratch, Panels> scratchPanels = new EnumMap<>(Scratch.class);
    private final Derivative[] derivatives;
    private int sequences;
    private final Dropout dropout = new Dropout();
    private float[] @Nullable [] weightGradients = {}; // by tensor id

    /**
     * Takes the memory for a batch.
     *
     * @param most windows at once, each from position 0
     * @param length tokens of each; logits are asked for at every one
     */
    Tape(Parameters parameters, Arithmetic arithmetic, int most, int length) {
        this.program = parameters.program();
        this.parameters = parameters;
        this.arithmetic = arithmetic;
        this.length = length;
        this.sequences = most;
        this.ids = new int[most * length];
        this.values = new float[program.tensors().size()][];
        this.plan = GradientPlan.of(program);
        this.holds = new boolean[values.length];
        for (int id = 0; id < values.length; id++) {
            Tensor tensor = program.tensor(id);
            if (tensor.role() == Role.SCRATCH || tensor.role() == Role.OUTPUT) {
                values[id] = new float[Math.multiplyExact(ids.length, tensor.columns())];
            }
        }
        this.slots = new float[plan.columns().length][];
        for (int slot = 0; slot < slots.length; slot++) {
            slots[slot] = new float[Math.multiplyExact(ids.length, plan.columns()[slot])];
        }
        for (Scratch scratch : Scratch.values()) {
            scratches.put(scratch, new float[0]);
            scratchPanels.put(scratch, new Panels());
        }
        this.derivatives = program.instructions().stream().map(Derivatives::of).toArray(Derivative[]::new);
    }

    /** The floats that a tape takes for each token: values kept, and gradients under way. */
    public static long floatsPerToken(Program program) {
        long floats =
                Arrays.stream(GradientPlan.of(program).columns()).asLongStream().sum();
        for (Tensor tensor : program.tensors()) {
            floats += tensor.role() == Role.SCRATCH || tensor.role() == Role.OUTPUT ? tensor.columns() : 0;
        }
        return floats;
    }

    /**
     * Begins the sum of gradients over some batches.
     *
     * @param gradients receives it, by tensor id
     */
    void begin(float[] @Nullable [] gradients) {
        weightGradients = gradients;
        Arrays.fill(holds, false);
    }

    /** Prepares for a batch of this many windows, whose tokens are in {@link #ids}. */
    void next(int sequences, double dropoutRate, long dropoutSeed) {
        this.sequences = sequences;
        dropout.begin(dropoutRate, dropoutSeed);
    }

    /** Computes the logits // [sequences · length, vocabulary] */
    float[] forward() {
        for (Derivative derivative : derivatives) {
            derivative.forward(this);
        }
        return values(program.output());
    }

    /** Adds to the gradients of all weights, from that of the logits, which is in {@link #gradient}. */
    void backward() {
        for (int id = 0; id < holds.length; id++) {
            holds[id] &= program.tensor(id).role() == Role.WEIGHT;
        }
        holds[program.output()] = true;
        for (int i = derivatives.length - 1; i >= 0; i--) {
            // A value that was not used has no gradient to pass on.
            if (holds[program.instructions().get(i).result()]) {
                derivatives[i].backward(this);
            }
        }
    }

    /** Ends the sum: a weight that was not used has a gradient of zeros. */
    void end() {
        for (int id = 0; id < holds.length; id++) {
            if (program.tensor(id).role() == Role.WEIGHT && !holds[id]) {
                Arrays.fill(gradient(id), 0);
            }
        }
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public Arithmetic arithmetic() {
        return arithmetic;
    }

    @Override
    public int sequences() {
        return sequences;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int[] ids() {
        return ids;
    }

    @Override
    public float[] values(int id) {
        float[] own = values[id];
        return own == null ? parameters.values(id) : own;
    }

    @Override
    public float[] gradient(int id) {
        int slot = plan.slotOf()[id];
        float[] gradient = slot >= 0 ? slots[slot] : weightGradients[id];
        if (gradient == null) {
            throw new IllegalArgumentException(program.tensor(id) + " has no gradient");
        }
        return gradient;
    }

    @Override
    public boolean holdsGradient(int id) {
        boolean held = holds[id];
        holds[id] = true;
        return held;
    }

    @Override
    public Panels panels(int weight) {
        return parameters.panels(weight);
    }

    @Override
    public Panels transposedPanels(int weight) {
        return parameters.transposedPanels(weight);
    }

    @Override
    public Dropout dropout() {
        return dropout;
    }

    @Override
    public float[] scratch(Scratch which, int elements) {
        float[] scratch = Objects.requireNonNull(scratches.get(which));
        if (scratch.length < elements) {
            scratch = new float[elements];
            scratches.put(which, scratch);
        }
        return scratch;
    }

    @Override
    public Panels scratchPanels(Scratch which) {
        return Objects.requireNonNull(scratchPanels.get(which));
    }
}
