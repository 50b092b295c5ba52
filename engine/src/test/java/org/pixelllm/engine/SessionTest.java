package org.pixelllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

class SessionTest {

    private static final int CONTEXT = 2000;

    @TempDir
    private Path folder;

    private Path cartridge;

    @BeforeEach
    void writeCartridge() throws IOException {
        Program program = Assembler.parse("""
                pxvm 1
                context 2000
                input tokens ids [T]
                weight table f32 [300, 24]
                weight out f32 [300, 24]
                state sum f32 [24]
                scratch x f32 [T, 24]
                scratch m f32 [T, 24]
                scratch y f32 [T, 24]
                scratch last f32 [R, 24]
                output logits f32 [R, 300]
                x = embed tokens table
                m = mean x sum
                y = add m x
                last = select y
                logits = matmul last out _
                """, "session");
        Random random = new Random(3);
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] values = new float[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), values));
        }
        cartridge = folder.resolve("model.pxi");
        Manifest manifest = new Manifest("session", "none", "Apache-2.0", Map.of());
        CartridgeWriter.write(cartridge, program, weights, new CharacterTokenizer(300), manifest);
    }

    private static int[] tokens(int count, long seed) {
        return new Random(seed).ints(count, 0, 300).toArray();
    }

    @Test
    void aSessionRemembers() throws IOException {
        int[] all = tokens(1500, 1);
        try (PixelLlm model = PixelLlm.open(cartridge);
                Session whole = model.newSession();
                Session pieces = model.newSession()) {
            float[] expected = whole.accept(all);
            pieces.accept(Arrays.copyOf(all, 700));
            pieces.accept(all[700]);
            assertThat(pieces.accept(Arrays.copyOfRange(all, 701, 1500))).isEqualTo(expected);
            assertThat(pieces.position()).isEqualTo(1500);
            assertThat(pieces.room()).isEqualTo(500);
            assertThatThrownBy(() -> pieces.accept(tokens(501, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("500");
            pieces.reset();
            assertThat(pieces.accept(all)).isEqualTo(expected);
        }
    }

    @Test
    void aLongTextIsAnsweredFromItsLastTokens() throws IOException {
        int[] all = tokens(65_535, 4);
        try (PixelLlm model = PixelLlm.open(cartridge)) {
            Answer answer = model.predict(new TokenImage(all));
            assertThat(answer.isShortened()).isTrue();
            assertThat(answer.tokensUsed()).isEqualTo(CONTEXT);
            int[] end = Arrays.copyOfRange(all, all.length - CONTEXT, all.length);
            assertThat(answer.logits())
                    .isEqualTo(model.predict(new TokenImage(end)).logits());
            assertThat(model.provenance(answer)).containsEntry("Context", "last 2000 of 65535 tokens");
            assertThat(model.provenance()).doesNotContainKey("Context");
        }
    }

    @Test
    void manyThreadsGetTheAnswersThatOneGets() throws IOException, InterruptedException, ExecutionException {
        try (PixelLlm model = PixelLlm.open(cartridge);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<float[]>> futures = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                TokenImage text = new TokenImage(tokens(1 + i * 13, i));
                futures.add(threads.submit(() -> model.predict(text).logits()));
            }
            for (int i = 0; i < 64; i++) {
                TokenImage text = new TokenImage(tokens(1 + i * 13, i));
                assertThat(futures.get(i).get()).isEqualTo(model.predict(text).logits());
            }
        }
    }

    @Test
    void sessionsTogetherGetWhatEachGetsAlone() throws IOException {
        try (PixelLlm model = PixelLlm.open(cartridge)) {
            List<Session> together = new ArrayList<>();
            List<Session> alone = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                together.add(model.newSession());
                alone.add(model.newSession());
            }
            Batch batch = model.batch(together);
            float[] logits = new float[batch.size() * model.vocabulary()];
            for (int step = 0; step < 5; step++) {
                int[] next = tokens(64, step);
                batch.accept(next, logits);
                for (int i = 0; i < 64; i++) {
                    assertThat(Arrays.copyOfRange(logits, i * 300, (i + 1) * 300))
                            .isEqualTo(alone.get(i).accept(next[i]));
                }
            }
            assertThatThrownBy(() -> batch.accept(new int[3], logits)).hasMessageContaining("3 tokens");
            assertThatThrownBy(() -> batch.accept(new int[64], new float[300])).hasMessageContaining("19200");
            assertThatThrownBy(() -> model.batch(List.of(together.getFirst(), together.getFirst())))
                    .hasMessageContaining("once");
            assertThatThrownBy(() -> model.batch(List.of())).hasMessageContaining("not 0");
        }
        try (PixelLlm model = PixelLlm.open(cartridge);
                PixelLlm other = PixelLlm.open(cartridge)) {
            assertThatThrownBy(() -> model.batch(List.of(other.newSession()))).hasMessageContaining("one model");
        }
    }

    /** The way to the kernels and the sharing out of work. In the kernels, vectors are objects until they are compiled. */
    @Test
    void aTokenAllocatesNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicInteger items = new AtomicInteger();
        Workers.Piece piece = (thread, from, to) -> items.addAndGet(to - from);
        try (PixelLlm model = PixelLlm.open(cartridge);
                Workers workers = new Workers(2)) {
            Program program = model.cartridge().program();
            Machine machine =
                    new HostMachine(
                            program,
                            model.cartridge().weights(),
                            program.instructions().stream().map(List::of).toList()) {
                        @Override
                        protected void run(Frame frame, int group) {
                            workers.split(100, 7, piece);
                        }
                    };
            Session session = new Session(machine);
            Batch batch = new Batch(machine, List.of(session, new Session(machine)));
            int[] tokens = new int[2];
            float[] logits = new float[2 * model.vocabulary()];
            long before = 0;
            for (int i = 0; i < 200; i++) {
                if (i == 100) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                tokens[0] = i;
                session.accept(i, logits);
                batch.accept(tokens, logits);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isZero();
            assertThat(items.get())
                    .isEqualTo(2 * 200 * 100 * program.instructions().size());
        }
    }

    @Test
    void whatDoesNotFitTheModelIsNamed() throws IOException {
        try (PixelLlm model = PixelLlm.open(cartridge)) {
            assertThatThrownBy(() -> model.predict(new TokenImage(new int[] {1, 300}), "far.pxi"))
                    .isInstanceOf(ModelMismatchException.class)
                    .hasMessageContaining("far.pxi")
                    .hasMessageContaining("pixel 2");
            assertThatThrownBy(() -> model.tokens("")).isInstanceOf(ModelMismatchException.class);
            assertThatThrownBy(() -> model.tokens("a".repeat(65_536))).hasMessageContaining("65536");
            assertThat(model.tokens("a🚀").ids()).containsExactly('a', 0x1F680 % 300);
        }
    }
}
