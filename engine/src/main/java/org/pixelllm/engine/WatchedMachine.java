package org.pixelllm.engine;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Tap;
import org.pixelllm.pxvm.program.Program;

/**
 * A machine that runs on the weights of a mapped file, which somebody may write over: what a step gives is what the cartridge
 * that was opened gives, or there is a {@link ChangedFileException}.
 *
 * @param machine that runs the steps
 * @param cartridge whose weights it has
 */
record WatchedMachine(Machine machine, Cartridge cartridge) implements Machine {

    @Override
    public Program program() {
        return machine.program();
    }

    @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
    @MustBeClosed
    @Override
    public State newState() {
        return machine.newState();
    }

    @Override
    public void step(Step step, float[] logits) {
        try {
            machine.step(step, logits);
        } finally {
            // After a failure too: weights that changed meanwhile are what it comes from.
            cartridge.requireUnchanged();
        }
    }

    @Override
    public List<Row> rows(Step step, int[] tops) {
        try {
            return machine.rows(step, tops);
        } finally {
            cartridge.requireUnchanged();
        }
    }

    @Override
    public void step(Step step, float[] logits, Tap tap) {
        try {
            machine.step(step, logits, tap);
        } finally {
            cartridge.requireUnchanged();
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
