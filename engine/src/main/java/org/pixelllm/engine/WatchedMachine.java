package org.pixelllm.engine;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
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
 * that was opened gives, or there is a {@link ChangedFileException}. A step that takes in a single token is over so soon that
 * only one in {@link #LATE_NANOS} is checked; {@link PixelLlm#provenance()} is checked always, and no image is written
 * without it.
 *
 * <p>Steps of several threads take turns, in the order in which they came: a long generation holds up others by a step.
 */
final class WatchedMachine implements Machine {

    /** How late a change may be noticed: to ask for the file's state takes a twentieth of a small model's token. */
    private static final long LATE_NANOS = 10_000_000;

    private final Machine machine;
    private final Cartridge cartridge;
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile long checked;

    /**
     * @param machine that runs the steps
     * @param cartridge whose weights it has
     */
    WatchedMachine(Machine machine, Cartridge cartridge) {
        this.machine = machine;
        this.cartridge = cartridge;
        this.checked = System.nanoTime() - LATE_NANOS;
    }

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
        boolean done = false;
        turn.lock();
        try {
            machine.step(step, logits);
            done = true;
        } finally {
            turn.unlock();
            // After a failure too: weights that changed meanwhile are what it comes from.
            if (!done || step.tokens() > 1 || System.nanoTime() - checked >= LATE_NANOS) {
                check();
            }
        }
    }

    private void check() {
        cartridge.requireUnchanged();
        checked = System.nanoTime();
    }

    @Override
    public List<Row> rows(Step step, int[] tops) {
        turn.lock();
        try {
            return machine.rows(step, tops);
        } finally {
            turn.unlock();
            check();
        }
    }

    @Override
    public void step(Step step, float[] logits, Tap tap) {
        turn.lock();
        try {
            machine.step(step, logits, tap);
        } finally {
            turn.unlock();
            check();
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
