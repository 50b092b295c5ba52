package org.pixelllm.engine.look;

import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.TapContext;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.NotFiniteException;
import org.pixelllm.pxvm.program.Program;

/**
 * Finds out whether what a model computes ends in NaN or an infinity. It looks at what comes last, for every token and for
 * the logits that are asked for: nothing that is not finite becomes finite again.
 */
final class FiniteRecorder implements Recorder {

    private final Program program;
    private final @Nullable Instruction last; // of those that write a row for every token
    private @Nullable NotFiniteException found;

    FiniteRecorder(Program program) {
        this.program = program;
        Instruction perToken = null;
        for (Instruction each : program.instructions()) {
            if (firstDim(each).equals(Dim.TOKENS)) {
                perToken = each;
            }
        }
        this.last = perToken;
    }

    private Dim firstDim(Instruction instruction) {
        return program.tensor(instruction.result()).shape().getFirst();
    }

    @Override
    public void ran(TapContext context, int first) {
        for (Instruction each : context.instructions()) {
            boolean rows = firstDim(each).equals(Dim.ROWS) && context.rows(each) > 0;
            if (found == null && (rows || each.equals(last))) {
                look(context.values(each), program.tensor(each.result()).name(), context.rows(each));
            }
        }
    }

    private void look(float[] values, String tensor, int rows) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                int columns = values.length / rows;
                found = new NotFiniteException(tensor + " of token " + i / columns + " of a step is " + values[i]
                        + " in column " + i % columns + ": expected a finite number");
                return;
            }
        }
    }

    /** The first that was found, or null. */
    @Nullable
    NotFiniteException found() {
        return found;
    }
}
