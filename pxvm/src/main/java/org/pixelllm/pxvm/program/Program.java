package org.pixelllm.pxvm.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A straight list of instructions over declared tensors. Every instance has passed the {@link Validator}: each
 * executor may rely on shapes, types, roles and order without looking again.
 */
public final class Program {

    /** Up to this context, each token is predicted from all of it. */
    private static final int SHORT_CONTEXT = 16;

    private final int context;
    private final List<Tensor> tensors;
    private final List<Instruction> instructions;
    private final int input;
    private final int output;

    /**
     * A program, valid or not at all.
     *
     * @param context the most positions a session may reach
     * @param tensors the tensors; an instruction names one by its place in this list
     * @param instructions what is done, in order
     * @throws InvalidProgramException naming the tensor or instruction that breaks a rule
     */
    public Program(int context, List<Tensor> tensors, List<Instruction> instructions) {
        this.context = context;
        this.tensors = List.copyOf(tensors);
        this.instructions = List.copyOf(instructions);
        new Validator(context, this.tensors, this.instructions).check();
        this.input = only(Role.INPUT);
        this.output = only(Role.OUTPUT);
    }

    private int only(Role role) {
        for (int id = 0; id < tensors.size(); id++) {
            if (tensors.get(id).role() == role) {
                return id;
            }
        }
        throw new IllegalStateException("the validator admits no program without " + role);
    }

    /** The most positions a session may reach. */
    public int context() {
        return context;
    }

    /**
     * With how many of its last tokens a text that fills the context is read again: half the context, so that every token is
     * predicted from at least that many. A context of up to {@value #SHORT_CONTEXT} tokens is read again as a whole for each
     * token: that costs little, and half of it would be too little to predict from.
     */
    public int keptContext() {
        return context <= SHORT_CONTEXT ? context : context - context / 2;
    }

    /** All tensors, in the order of their ids. */
    public List<Tensor> tensors() {
        return tensors;
    }

    /** One of them. */
    public Tensor tensor(int id) {
        return tensors.get(id);
    }

    /** What is done, in order. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** The id of the one input tensor. */
    public int input() {
        return input;
    }

    /** The id of the one output tensor. */
    public int output() {
        return output;
    }

    /** Token ids are below this; a row of logits has this many. */
    public int vocabulary() {
        return tensors.get(output).columns();
    }

    /** The ids of the tensors with this role, in order. */
    public List<Integer> withRole(Role role) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < tensors.size(); id++) {
            if (tensors.get(id).role() == role) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** The same program with its weights in other types. */
    public Program withWeightTypes(Map<String, ElementType> types) {
        Map<String, ElementType> left = new HashMap<>(types);
        List<Tensor> changed = new ArrayList<>(tensors.size());
        for (Tensor tensor : tensors) {
            ElementType type = left.remove(tensor.name());
            changed.add(
                    type == null || tensor.role() != Role.WEIGHT
                            ? tensor
                            : new Tensor(tensor.name(), tensor.role(), type, tensor.shape()));
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("no such tensors: " + left.keySet());
        }
        return new Program(context, changed, instructions);
    }

    /**
     * The same program for sessions that reach fewer positions, or that keep keys and values in another type.
     *
     * @param context 1 to {@link #context}
     * @param keysValues {@link ElementType#F32} or {@link ElementType#F16}
     */
    public Program withSessions(int context, ElementType keysValues) {
        if (context < 1 || context > this.context) {
            throw new IllegalArgumentException("1 to " + this.context + " positions, not " + context);
        }
        List<Tensor> changed = new ArrayList<>(tensors);
        for (int id : keysAndValues()) {
            Tensor tensor = tensors.get(id);
            List<Dim> shape = new ArrayList<>(tensor.shape());
            shape.set(0, Dim.of(context));
            changed.set(id, new Tensor(tensor.name(), tensor.role(), keysValues, shape));
        }
        return changed.equals(tensors) && context == this.context ? this : new Program(context, changed, instructions);
    }

    /** The type of the keys and values; f32 where there are none. */
    public ElementType keysValuesType() {
        List<Integer> ids = keysAndValues();
        return ids.isEmpty() ? ElementType.F32 : tensors.get(ids.getFirst()).type();
    }

    /** Bytes of the keys and values of so many positions. */
    public long keysValuesBytes(int positions) {
        long bytes = 0;
        for (int id : keysAndValues()) {
            Tensor tensor = tensors.get(id);
            bytes += (long) tensor.columns() * tensor.type().codec().unitBytes();
        }
        return bytes * positions;
    }

    private List<Integer> keysAndValues() {
        List<Integer> ids = new ArrayList<>();
        for (Instruction each : instructions) {
            if (each.opcode() == Opcode.ATTENTION) {
                Operation.Attention in = Operation.Attention.of(each);
                ids.add(in.keys());
                ids.add(in.values());
            }
        }
        return ids;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Program that
                && context == that.context
                && tensors.equals(that.tensors)
                && instructions.equals(that.instructions);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * context + tensors.hashCode()) + instructions.hashCode();
    }

    @Override
    public String toString() {
        return Assembler.print(this);
    }
}
