package org.pixelllm.server.wire;

import io.helidon.common.socket.HelidonSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Reads ahead, so that the end of a connection is seen while nobody reads. What is read ahead is bounded. */
final class Pump {

    private static final int MAX_BYTES = 64 << 10;

    private final HelidonSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> read = new ArrayDeque<>();
    private int bytes;
    private volatile boolean over;

    Pump(HelidonSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().name("reads ahead").start(this::run);
    }

    private void run() {
        try {
            byte[] next = socket.get();
            while (next != null) {
                add(next);
                next = socket.get();
            }
        } catch (RuntimeException e) {
            // The connection is broken, or was closed here: no more comes.
        } finally {
            lock.lock();
            try {
                over = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void add(byte[] next) {
        lock.lock();
        try {
            while (bytes > MAX_BYTES) {
                changed.awaitUninterruptibly();
            }
            read.add(next);
            bytes += next.length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no more comes. */
    boolean isOver() {
        return over;
    }

    /** What comes next, or null at the end. */
    byte @Nullable [] take() {
        lock.lock();
        try {
            while (read.isEmpty() && !over) {
                changed.awaitUninterruptibly();
            }
            byte[] next = read.poll();
            if (next != null) {
                bytes -= next.length;
                changed.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the reading thread end: nobody takes any more. */
    void abandon() {
        lock.lock();
        try {
            bytes = 0;
            read.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
