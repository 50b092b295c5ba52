package org.pixelllm.pxvm.executor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A small fixed pool that runs one range of work at a time, each thread a fixed part of it. A waiting thread spins for
 * a few microseconds, yields for a while, then parks: on a machine where something else wants the core, an endless spin
 * would cost more than the second thread gains.
 */
public final class Workers implements AutoCloseable {

    private static final int SPINS = 4_000;
    private static final int YIELDS = 200;

    /** Work on the items {@code from … to}. */
    public interface Task {
        void run(int from, int to);
    }

    private final Thread[] threads;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger round = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    // Written before `round`, read behind it.
    private @Nullable Task task;
    private int items;

    /**
     * Starts the threads.
     *
     * @param count how many threads compute, the caller's included; at least 1
     */
    public Workers(int count) {
        threads = new Thread[count - 1];
        for (int i = 0; i < threads.length; i++) {
            int part = i + 1;
            threads[i] =
                    Thread.ofPlatform().daemon().name("pixel-llm-simd-" + part).start(() -> serve(part));
        }
    }

    /** How many threads compute. */
    public int count() {
        return threads.length + 1;
    }

    /** Runs the task over {@code 0 … items}, cut into one part a thread, and returns when all parts are done. */
    public void split(int items, Task task) {
        if (threads.length == 0) {
            task.run(0, items);
            return;
        }
        this.task = task;
        this.items = items;
        pending.set(threads.length);
        round.incrementAndGet();
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        try {
            part(0, task, items);
        } finally {
            await();
        }
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw new IllegalStateException("a worker failed", thrown);
        }
    }

    private void part(int part, Task task, int items) {
        int from = (int) ((long) items * part / count());
        int to = (int) ((long) items * (part + 1) / count());
        if (from < to) {
            task.run(from, to);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Yielding is the point: another process may want this core.
    private void await() {
        for (int tries = 0; pending.get() > 0; tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // As above.
    private void serve(int part) {
        int seen = 0;
        while (true) {
            for (int tries = 0; round.get() == seen && !closed; tries++) {
                if (tries < SPINS) {
                    Thread.onSpinWait();
                } else if (tries < SPINS + YIELDS) {
                    Thread.yield();
                } else {
                    LockSupport.park(this);
                }
            }
            if (closed) {
                return;
            }
            seen = round.get();
            try {
                Task current = task;
                if (current != null) {
                    part(part, current, items);
                }
            } catch (Throwable t) {
                failure = t;
            } finally {
                pending.decrementAndGet();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }
}
