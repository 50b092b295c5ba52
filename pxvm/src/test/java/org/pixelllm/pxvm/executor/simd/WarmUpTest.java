package org.pixelllm.pxvm.executor.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Values;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Weights;

/** A machine that begins in loops goes over to vectors, and nobody can tell where from what it computes. */
class WarmUpTest {

    private static final Duration MOST = Duration.ofMinutes(2);

    private static Program program() throws PxiException {
        return Assembler.parse("""
                pxvm 1
                context 64
                input tokens ids [T]
                weight table q8 [40, 64]
                weight w q4 [64, 64]
                scratch x f32 [T, 64]
                scratch y f32 [T, 64]
                scratch last f32 [R, 64]
                output logits f32 [R, 40]
                x = embed tokens table
                y = matmul x w _
                last = select y
                logits = matmul last table _
                """, "program");
    }

    @Test
    void goesOverAndTheBitsStay() throws Exception {
        assumeTrue(Form.VECTOR.isAvailable(), "needs the Vector API module");
        Program program = program();
        Weights weights = Values.random(program, 1);
        Random random = new Random(2);
        try (SimdExecutor loops = new SimdExecutor(1, Form.SCALAR);
                SimdExecutor warming = SimdExecutor.warming(1)) {
            assertThat(warming.description()).contains("-bit vectors once warm");
            try (Machine expected = loops.load(program, weights);
                    Machine machine = warming.load(program, weights)) {
                WarmUp warmUp = WarmUp.of(weights);
                Instant end = Instant.now().plus(MOST);
                int after = 0;
                while (after < 3) {
                    assertThat(Instant.now()).as("vectors are faster by then").isBefore(end);
                    int[] tokens = random.ints(1 + random.nextInt(8), 0, 40).toArray();
                    assertThat(logits(machine, tokens)).isEqualTo(logits(expected, tokens));
                    after += warmUp.isDone() ? 1 : 0;
                    Thread.sleep(after == 0 ? 20 : 0);
                }
                // What is warm stays so: the next machine has vectors at once.
                assertThat(WarmUp.of(weights).isDone()).isTrue();
            }
        }
    }

    /** Without memory for it, say: nobody hears of it, and nothing else changes. */
    @Test
    void whereWarmingUpFailsLoopsGoOn() throws Exception {
        Program program = program();
        Weights weights = Values.random(program, 1);
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        for (Runnable fault : List.<Runnable>of(
                () -> {
                    throw new OutOfMemoryError("forced");
                },
                () -> {
                    throw new IllegalStateException("forced");
                })) {
            Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.set(e));
            CountDownLatch stepped = new CountDownLatch(1);
            AtomicReference<Thread> own = new AtomicReference<>();
            WarmUp failing = WarmUp.begin(EnumSet.of(ElementType.Q8), warmUp -> {
                own.set(Thread.currentThread());
                await(stepped);
                fault.run();
            });
            try (SimdExecutor loops = new SimdExecutor(1, Form.SCALAR);
                    Workers workers = new Workers(1);
                    Machine expected = loops.load(program, weights);
                    Machine machine = SimdMachine.warming(program, weights, workers, failing)) {
                assertThat(logits(machine, 1, 2)).isEqualTo(logits(expected, 1, 2));
                stepped.countDown();
                while (own.get() == null || own.get().isAlive()) {
                    Thread.sleep(1);
                }
                assertThat(failing.isDone()).isFalse();
                assertThat(logits(machine, 3, 4, 5)).isEqualTo(logits(expected, 3, 4, 5));
            } finally {
                Thread.setDefaultUncaughtExceptionHandler(before);
            }
            assertThat(uncaught.get()).as("what ended the thread").isNull();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static float[] logits(Machine machine, int... tokens) {
        float[] logits = new float[machine.program().vocabulary()];
        try (State state = machine.newState()) {
            machine.step(Step.of(state, tokens), logits);
        }
        return logits;
    }
}
