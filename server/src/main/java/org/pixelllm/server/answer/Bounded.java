package org.pixelllm.server.answer;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** So many at a time; the others wait for their turn, unless nobody waits for them. */
final class Bounded {

    private static final long LOOK_MILLISECONDS = 50;

    private final Semaphore turns;

    Bounded(int most) {
        this.turns = new Semaphore(most, true);
    }

    /** A turn; closing it lets the next one in. */
    final class Turn implements AutoCloseable {
        @Override
        public void close() {
            turns.release();
        }
    }

    /** Waits for a turn. */
    Turn enter(BooleanSupplier gone) throws InterruptedException {
        while (!turns.tryAcquire(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
            if (gone.getAsBoolean()) {
                throw new CancellationException("nobody waits for it any more");
            }
        }
        return new Turn();
    }
}
