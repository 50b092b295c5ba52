package org.pixelllm.forge.train;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operand;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/** A program's weights while they are trained: as f32, and those of products made ready in both directions. */
final class Parameters {

    private final Program program;
    private final List<Integer> ids;
    private final Map<Integer, float[]> values = new HashMap<>(); // by tensor id
    private final Map<Integer, Panels> panels = new HashMap<>(); // those of products
    private final Map<Integer, Panels> transposed = new HashMap<>();

    private final Set<Integer> tables = new HashSet<>();

    Parameters(Program program) {
        this.program = program;
        this.ids = program.withRole(Role.WEIGHT);
        for (int id : ids) {
            values.put(id, new float[Math.toIntExact(program.tensor(id).elements())]);
        }
        for (Instruction in : program.instructions()) {
            if (in.opcode() == Opcode.MATMUL) {
                panels.put(in.operand(1), new Panels());
                transposed.put(in.operand(1), new Panels());
            }
            List<Operand> places = in.opcode().operands();
            for (int i = 0; i < places.size(); i++) {
                if (places.get(i).kind() == Operand.Kind.TABLE) {
                    tables.add(in.operand(i));
                }
            }
        }
    }

    Program program() {
        return program;
    }

    /** The weights' tensor ids. */
    List<Integer> ids() {
        return ids;
    }

    /** The weights of products that are no tables of tokens or positions. */
    List<Integer> matrices() {
        return ids.stream()
                .filter(id -> panels.containsKey(id) && !tables.contains(id))
                .toList();
    }

    /** Whether a weight's rows are looked up by tokens or positions. */
    boolean isTable(int id) {
        return tables.contains(id);
    }

    /** A weight's values, row by row. After a change, {@link #pack}. */
    float[] values(int id) {
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

    private <T> T present(Map<Integer, T> map, int id) {
        T found = map.get(id);
        if (found == null) {
            throw new IllegalArgumentException(program.tensor(id) + " is no weight of that kind");
        }
        return found;
    }

    /** Makes products see the weights as they are now. */
    void pack(Workers workers, Supplier<Arithmetic> arithmetic) {
        List<Integer> matrices = List.copyOf(panels.keySet());
        workers.split(2 * matrices.size(), 1, (thread, from, to) -> {
            Arithmetic own = arithmetic.get();
            for (int item = from; item < to; item++) {
                int id = matrices.get(item / 2);
                Tensor tensor = program.tensor(id);
                int rows = tensor.rows();
                int columns = tensor.columns();
                Matrix w = Matrix.of(values(id), columns);
                if (item % 2 == 0) {
                    own.pack(rows, columns, w, panels(id));
                } else {
                    own.pack(columns, rows, w.transposed(), transposedPanels(id));
                }
            }
        });
    }
}
