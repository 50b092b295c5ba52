package org.pixelllm.pxvm.executor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A small fixed pool that runs one range of work at a time. Threads take pieces of the range as they come, the caller
 * too, which returns when all pieces are done: a thread that the system holds up takes fewer, and one that has taken none
 * is not waited for. A waiting thread spins for some microseconds, yields for a while, then parks: on a machine where
 * something else wants the core, an endless spin would cost more than the second thread gains.
 */
public final class Workers implements AutoCloseable {

    private static final int SPINS = 2_000;
    private static final int YIELDS = 200;

    /** In place of the first item: none are left. */
    private static final int CLOSED = Integer.MAX_VALUE;

    /** Work on the items {@code from … to}. */
    public interface Task {
        /** Does them. */
        void run(int from, int to);
    }

    /** Work on the items {@code from … to} by one of the threads, 0 … {@link #count}. */
    public interface Piece {
        /** Does them, as this thread. */
        void run(int thread, int from, int to);
    }

    private final Thread[] threads;
    /** The round in the upper half, the first item that nobody has taken in the lower one. */
    private final AtomicLong taken = new AtomicLong();

    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger parked = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    // Written while `taken` is closed. A thread that read `taken` before that cannot take an item with these, because
    // `taken` has changed.
    private @Nullable Piece piece;
    private int items;
    private int grain;

    /**
     * Starts the threads.
     *
     * @param count how many threads compute, the caller's included; at least 1
     */
    public Workers(int count) {
        threads = new Thread[count - 1];
        for (int i = 0; i < threads.length; i++) {
            int thread = i + 1;
            threads[i] = Thread.ofPlatform()
                    .daemon()
                    .name("pixel-llm-simd-" + thread)
                    .start(() -> serve(thread));
        }
    }

    /** How many threads compute. */
    public int count() {
        return threads.length + 1;
    }

    /** Runs the task over {@code 0 … items}, cut into one part a thread, and returns when all parts are done. */
    public void split(int items, Task task) {
        split(items, Math.max(1, Math.ceilDiv(items, count())), (thread, from, to) -> task.run(from, to));
    }

    /**
     * Runs the work over {@code 0 … items} in pieces and returns when all are done.
     *
     * @param grain items of a piece, at least 1; the last may be shorter
     */
    public void split(int items, int grain, Piece piece) {
        if (threads.length == 0 || items <= grain) {
            piece.run(0, 0, items);
            return;
        }
        synchronized (this) {
            int last = round(taken.get());
            taken.set(at(last, CLOSED));
            this.piece = piece;
            this.items = items;
            this.grain = grain;
            done.set(0);
            int round = last + 1;
            taken.set(at(round, 0));
            if (parked.get() > 0) {
                for (Thread thread : threads) {
                    LockSupport.unpark(thread);
                }
            }
            work(0, round);
            await(items);
            Throwable thrown = failure;
            if (thrown != null) {
                failure = null;
                throw new IllegalStateException("a worker failed", thrown);
            }
        }
    }

    private static long at(int round, int item) {
        return (long) round << Integer.SIZE | item;
    }

    private static int round(long taken) {
        return (int) (taken >>> Integer.SIZE);
    }

    /** Takes pieces of a round until there are none. */
    private void work(int thread, int round) {
        while (true) {
            long seen = taken.get();
            int from = (int) seen;
            int end = items;
            Piece current = piece;
            if (round(seen) != round || from >= end || current == null) {
                return;
            }
            int to = from + Math.min(end - from, grain);
            if (taken.compareAndSet(seen, seen + (to - from))) {
                try {
                    current.run(thread, from, to);
                } catch (Throwable t) {
                    failure = t;
                } finally {
                    done.addAndGet(to - from);
                }
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Yielding is the point: another process may want this core.
    private void await(int wanted) {
        for (int tries = 0; done.get() < wanted; tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // As above.
    private void serve(int thread) {
        int last = 0;
        while (true) {
            for (int tries = 0; round(taken.get()) == last && !closed; tries++) {
                if (tries < SPINS) {
                    Thread.onSpinWait();
                } else if (tries < SPINS + YIELDS) {
                    Thread.yield();
                } else {
                    park(last);
                }
            }
            if (closed) {
                return;
            }
            last = round(taken.get());
            work(thread, last);
        }
    }

    /** Sleeps until there is another round. Counted first, so that a round that begins meanwhile wakes this thread. */
    private void park(int last) {
        parked.incrementAndGet();
        try {
            if (round(taken.get()) == last && !closed) {
                LockSupport.park(this);
            }
        } finally {
            parked.decrementAndGet();
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
