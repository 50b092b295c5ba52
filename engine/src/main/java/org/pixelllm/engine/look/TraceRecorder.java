package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.engine.view.Grid;
import org.pixelllm.engine.view.TraceView;
import org.pixelllm.pxvm.executor.Moment;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;

/** Sums up what each instruction writes. */
final class TraceRecorder implements Recorder {

    private final Program program;
    private final Map<Integer, Sums> sums = new HashMap<>(); // by result

    private static final class Sums {
        private long rows;
        private float min = Float.POSITIVE_INFINITY;
        private float max = Float.NEGATIVE_INFINITY;
        private double sum;
        private double squares;
        private long finite;
        private long zeros;
        private long nans;
        private long infinities;
        private Grid last = new Grid(1, 1, 1, 1);
    }

    /** @param program the model's own: what a lens adds is not traced */
    TraceRecorder(Program program) {
        this.program = program;
    }

    @Override
    public void ran(Moment moment, int first) {
        for (Instruction instruction : moment.instructions()) {
            if (instruction.result() < program.tensors().size()) {
                Sums own = sums.computeIfAbsent(instruction.result(), id -> new Sums());
                add(own, moment.values(instruction), moment.rows(instruction));
            }
        }
    }

    private static void add(Sums own, float[] values, int rows) {
        own.rows += rows;
        for (float value : values) {
            if (Float.isNaN(value)) {
                own.nans++;
            } else if (Float.isInfinite(value)) {
                own.infinities++;
            } else {
                own.min = Math.min(own.min, value);
                own.max = Math.max(own.max, value);
                own.sum += value;
                own.squares += (double) value * value;
                own.zeros += value == 0 ? 1 : 0;
                own.finite++;
            }
        }
        if (rows > 0) {
            int columns = values.length / rows;
            own.last = new Grid(1, columns, 1, TraceView.STRIP);
            for (int i = 0; i < columns; i++) {
                own.last.put(0, i, values[values.length - columns + i]);
            }
        }
    }

    Trace trace() {
        List<Trace.Line> lines = new ArrayList<>();
        for (int number = 0; number < program.instructions().size(); number++) {
            Instruction each = program.instructions().get(number);
            Sums own = sums.getOrDefault(each.result(), new Sums());
            boolean any = own.finite > 0;
            lines.add(new Trace.Line(
                    number,
                    each.opcode(),
                    program.tensor(each.result()).name(),
                    own.rows,
                    program.tensor(each.result()).columns(),
                    any ? own.min : 0,
                    any ? own.max : 0,
                    any ? own.sum / own.finite : 0,
                    any ? Math.sqrt(own.squares / own.finite) : 0,
                    own.zeros,
                    own.nans,
                    own.infinities,
                    own.last));
        }
        return new Trace(lines);
    }
}
