package org.pixelllm.forge.train.gradient;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operand;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/** A program's weights while they are trained: as f32, and those of products made ready in both directions. */
public final class Parameters {

    private final Program program;
    private final List<Integer> ids;
    private final float[] @Nullable [] values; // by tensor id
    private final @Nullable Panels[] panels; // by tensor id; those of products
    private final @Nullable Panels[] transposed;
    private final Set<Integer> tables = new HashSet<>();
    private final Set<Integer> fixed = new HashSet<>();
    private final int[] products; // the ids of those with panels
    private final Matrix[] views; // of each thread
    private Arithmetic[] arithmetics = {}; // of each thread
    private final Workers.Piece pack = this::pack;

    /** @param threads that {@link #pack} may run on */
    public Parameters(Program program, int threads) {
        this.program = program;
        this.ids = program.withRole(Role.WEIGHT);
        int tensors = program.tensors().size();
        this.values = new float[tensors][];
        this.panels = new Panels[tensors];
        this.transposed = new Panels[tensors];
        for (int id : ids) {
            values[id] = new float[Math.toIntExact(program.tensor(id).elements())];
        }
        for (Instruction in : program.instructions()) {
            if (in.opcode() == Opcode.MATMUL) {
                int w = Matmul.of(in).w();
                panels[w] = new Panels();
                transposed[w] = new Panels();
            }
            if (in.opcode() == Opcode.ROPE && Rope.of(in).hasFactors()) {
                fixed.add(Rope.of(in).factors());
            }
            tables.addAll(in.operands(Operand.Kind.TABLE));
        }
        this.products = ids.stream()
                .filter(id -> panels[id] != null)
                .mapToInt(Integer::intValue)
                .toArray();
        this.views = new Matrix[threads];
        Arrays.setAll(views, thread -> new Matrix());
    }

    public Program program() {
        return program;
    }

    /** The weights' tensor ids. */
    public List<Integer> ids() {
        return ids;
    }

    /** The weights of products that are no tables of tokens or positions. */
    public List<Integer> matrices() {
        return ids.stream()
                .filter(id -> panels[id] != null && !tables.contains(id))
                .toList();
    }

    /** Whether a weight's rows are looked up by tokens or positions. */
    public boolean isTable(int id) {
        return tables.contains(id);
    }

    /** Whether a weight is not trained: the factors of rotations, which say how far apart positions are. */
    public boolean isFixed(int id) {
        return fixed.contains(id);
    }

    /** A weight's values, row by row. After a change, {@link #pack}. */
    public float[] values(int id) {
        return present(values, id);
    }

    /** A weight as a right operand // [o, i] */
    Panels panels(int id) {
        return present(panels, id);
    }

    /** A weight's transpose as a right operand // [i, o] */
    Panels transposedPanels(int id) {
        return present(transposed, id);
    }

    private <T> T present(@Nullable T[] all, int id) {
        T found = all[id];
        if (found == null) {
            throw new IllegalArgumentException(program.tensor(id) + " is no weight of that kind");
        }
        return found;
    }

    /**
     * Makes products see the weights as they are now.
     *
     * @param arithmetics one for each thread
     */
    public void pack(Workers workers, Arithmetic[] arithmetics) {
        this.arithmetics = arithmetics;
        workers.split(2 * products.length, 1, pack);
    }

    private void pack(int thread, int from, int to) {
        Arithmetic own = arithmetics[thread];
        Matrix view = views[thread];
        for (int item = from; item < to; item++) {
            int id = products[item / 2];
            Tensor tensor = program.tensor(id);
            int rows = tensor.rows();
            int columns = tensor.columns();
            if (item % 2 == 0) {
                own.pack(rows, columns, view.rows(values(id), columns), panels(id));
            } else {
                own.pack(columns, rows, view.rowsTransposed(values(id), columns), transposedPanels(id));
            }
        }
    }
}
