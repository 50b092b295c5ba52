package org.pixelllm.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.WideModel;
import org.pixelllm.cli.storage.FileSnapshot;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;

/** What a daemon in this process says to clients that are rude, slow, many or wrong. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class DaemonServerTest {

    private static final Path GOLDEN = Captured.ROOT.resolve("cartridges/golden.pxi");
    private static final byte[] NOTHING = {};

    @TempDir
    private Path folder;

    private PixelLlm model;
    private CurrentModel current;
    private DaemonSocket socket;
    private DaemonServer server;
    private byte[] image;

    @BeforeEach
    @SuppressWarnings("NullAway.Init") // What serves is set in one place for all tests.
    void serve() throws IOException {
        serve(60_000);
    }

    private static DaemonProgram program() throws IOException {
        return new DaemonProgram(
                Captured.ROOT.toRealPath(),
                DaemonProgram.UNKNOWN,
                new ExecutorChoice("reference", 1),
                (terminal, args) -> 70);
    }

    private void serve(long milliseconds) throws IOException {
        serve(GOLDEN, milliseconds);
    }

    private void serve(Path cartridge, long milliseconds) throws IOException {
        model = PixelLlm.open(cartridge, new ExecutorChoice("reference", 1));
        current = new CurrentModel(() -> model);
        socket = DaemonSocket.open();
        DaemonState state =
                new DaemonState(socket.path(), ProcessHandle.current().pid(), cartridge, "reference", "1");
        server = new DaemonServer(
                current,
                state,
                program(),
                new FileSnapshot(),
                () -> "",
                new DaemonLimits(8, 4, 2, milliseconds, 5000),
                words -> {},
                10);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                server.serve(socket.channel());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        image = new TokenImage(new int[] {1, 2, 3}).toPng(Map.of());
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        server.end("the test is over");
        socket.close();
        assertThat(server.close("the test is over")).isTrue();
        model.close();
    }

    /** Questions of both versions, and one of version 1 whose answer it cannot hold. */
    @Test
    void aWideModelAnswersInTheVersionOfTheQuestion() throws IOException, InterruptedException {
        end();
        Path wide = folder.resolve("wide.pxi");
        WideModel.write(wide);
        serve(wide, 60_000);
        int fits = 0;
        int refused = 0;
        for (int id = 0; id < 40 && (fits == 0 || refused == 0); id++) {
            byte[] question = new TokenImage(new int[] {id}).toPng(Map.of());
            byte[] same = new TokenImage(PxiVersion.V2, new int[] {id}).toPng(Map.of());
            try (DaemonCaller caller = caller()) {
                DaemonCaller.Said answer = caller.ask("pixel-llm/1 predict top=1 length=" + same.length, same);
                PredictionImage prediction = prediction(answer);
                assertThat(prediction.version()).isEqualTo(PxiVersion.V2);
                DaemonCaller.Said said = caller.ask("pixel-llm/1 predict top=1 length=" + question.length, question);
                if (prediction.beyond(PxiVersion.V1) < 0) {
                    fits++;
                    assertThat(prediction(said)).isEqualTo(prediction.in(PxiVersion.V1));
                } else {
                    refused++;
                    assertThat(said.code()).isEqualTo(65);
                    assertThat(said.text("message")).contains("<input>: pixel 0: expected version 2", "encode -c");
                }
            }
        }
        assertThat(fits).isPositive();
        assertThat(refused).isPositive();
    }

    private static PredictionImage prediction(DaemonCaller.Said said) throws IOException {
        assertThat(said.word()).isEqualTo("ok");
        ByteBuffer bytes = ByteBuffer.wrap(Objects.requireNonNull(said.parts().get("output_token")));
        return PredictionImage.decode(PngDecoder.decode(bytes, "answer", PngLimits.PROTOCOL), "answer");
    }

    private void serveImpatiently() throws IOException, InterruptedException {
        end();
        serve(2000);
    }

    private DaemonCaller caller() throws IOException {
        return DaemonCaller.on(socket.path());
    }

    private static String predict(byte[] body) {
        return "pixel-llm/1 predict top=5 length=" + body.length;
    }

    @Test
    void malformedHeadersAreAnsweredAndTheConnectionCloses() throws IOException {
        for (String header : List.of(
                "",
                "GET / HTTP/1.1",
                "pixel-llm/1",
                "pixel-llm/2 predict length=1",
                "pixel-llm/1 dance length=0",
                "pixel-llm/1 predict",
                "pixel-llm/1 predict  length=1",
                "pixel-llm/1 predict length=-1",
                "pixel-llm/1 predict length=0x10",
                "pixel-llm/1 predict length=",
                "pixel-llm/1 predict length=12345678901",
                "pixel-llm/1 predict length=5 length=5",
                "pixel-llm/1 predict length=5 depth=5",
                "pixel-llm/1 predict length=16777217",
                "pixel-llm/1 status length=1",
                "pixel-llm/1 stop top=1",
                "pixel-llm/1 predict length=1 \u0007\u00e9",
                "x".repeat(1024))) {
            try (DaemonCaller caller = caller()) {
                DaemonCaller.Said said = caller.ask(header, image);
                assertThat(said.word()).as(header).isEqualTo("error");
                assertThat(said.code()).as(header).isEqualTo(65);
                assertThat(said.text("message"))
                        .as(header)
                        .startsWith("pixel-llm: <")
                        .contains("expected", "found")
                        .endsWith("\n")
                        .hasLineCount(1);
                caller.sendNoMore();
                assertThat(caller.read()).as(header).isNull();
            }
        }
        try (DaemonCaller caller = caller()) {
            assertThat(caller.predict(image).word()).isEqualTo("ok");
        }
    }

    /** Each with the code and the words of {@code infer}, on one connection, which goes on. */
    @Test
    void whatTheCommandRefusesIsRefusedInItsWords() throws IOException {
        Map<String, byte[]> faults = Map.of(
                "page.pxi", "<html>".getBytes(StandardCharsets.UTF_8),
                "empty.pxi", NOTHING,
                "cut.pxi", Arrays.copyOf(image, 50),
                "far.pxi", new TokenImage(new int[] {1, 65_535}).toPng(Map.of()),
                "large.pxi", PngEncoder.encode(Pixels.black(2048, 2048), Map.of()),
                "huge.pxi", PngEncoder.encode(Pixels.black(1, 70_000), Map.of()));
        try (DaemonCaller caller = caller()) {
            for (Map.Entry<String, byte[]> fault : faults.entrySet()) {
                Path file = Files.write(folder.resolve(fault.getKey()), fault.getValue());
                Captured infer = Captured.run(folder, "infer", "-i", file.toString(), "-c", GOLDEN.toString());
                DaemonCaller.Said said = caller.predict(fault.getValue());
                assertThat(said.code()).as(fault.getKey()).isEqualTo(infer.code());
                assertThat(said.text("message").replace("<input>", file.toString()))
                        .isEqualTo(infer.err());
            }
            Path file = Files.write(folder.resolve("in.pxi"), image);
            for (String top : List.of("0", "65537")) {
                Captured infer =
                        Captured.run(folder, "infer", "-i", file.toString(), "-c", GOLDEN.toString(), "-k", top);
                DaemonCaller.Said said =
                        caller.ask("pixel-llm/1 predict top=" + top + " length=" + image.length, image);
                assertThat(said.code()).isEqualTo(infer.code());
                assertThat(said.text("message")).isEqualTo(infer.err());
            }
            assertThat(caller.predict(image).word()).isEqualTo("ok");
        }
    }

    @Test
    void answersAndNotesAreTheCommands() throws IOException {
        int[] ids = new int[model.context() + 5];
        byte[] longer = new TokenImage(ids).toPng(Map.of());
        try (DaemonCaller caller = caller()) {
            for (byte[] each : List.of(image, longer)) {
                for (int top : List.of(1, 5, 7)) {
                    Path file = Files.write(folder.resolve("in.pxi"), each);
                    Captured infer = Captured.run(
                            folder,
                            "infer",
                            "-i",
                            file.toString(),
                            "-o",
                            folder.toString(),
                            "-c",
                            GOLDEN.toString(),
                            "-x",
                            "reference",
                            "-k",
                            String.valueOf(top));
                    DaemonCaller.Said said =
                            caller.ask("pixel-llm/1 predict top=" + top + " length=" + each.length, each);
                    assertThat(folder.resolve("output_token.pxi"))
                            .hasBinaryContent(
                                    Objects.requireNonNull(said.parts().get("output_token")));
                    assertThat(folder.resolve("logits_heatmap.pxi"))
                            .hasBinaryContent(
                                    Objects.requireNonNull(said.parts().get("logits_heatmap")));
                    assertThat(said.text("notes")).isEqualTo(infer.err());
                }
            }
            assertThat(caller.ask("pixel-llm/1 predict length=" + image.length, image)
                            .parts()
                            .get("output_token"))
                    .as("five where nothing is said")
                    .isEqualTo(caller.predict(image).parts().get("output_token"));
        }
    }

    @Test
    void requestsMayBeSentBeforeAnswersAreRead() throws IOException {
        try (DaemonCaller caller = caller()) {
            for (int i = 0; i < 20; i++) {
                caller.send(predict(image), image);
            }
            caller.sendNoMore();
            byte[] first = Objects.requireNonNull(caller.read()).parts().get("output_token");
            for (int i = 1; i < 20; i++) {
                assertThat(Objects.requireNonNull(caller.read()).parts().get("output_token"))
                        .isEqualTo(first);
            }
            assertThat(caller.read()).isNull();
        }
    }

    @Test
    void slowOnesAreDroppedAndHoldUpNobody() throws IOException, InterruptedException {
        serveImpatiently();
        try (DaemonCaller silent = caller();
                DaemonCaller header = caller();
                DaemonCaller body = caller()) {
            header.sendRaw(ByteBuffer.wrap("pixel-llm/1 pre".getBytes(StandardCharsets.UTF_8)));
            body.send(predict(image), Arrays.copyOf(image, 20));
            try (DaemonCaller other = caller()) {
                assertThat(other.predict(image).word()).isEqualTo("ok");
            }
            assertThat(silent.read()).isNull();
            assertThat(header.read()).isNull();
            assertThat(body.read()).isNull();
        }
        try (DaemonCaller caller = caller()) {
            assertThat(caller.predict(image).word()).isEqualTo("ok");
        }
    }

    /** Answers pile up until the daemon cannot write any more. */
    @Test
    void oneThatDoesNotReadIsDropped() throws IOException, InterruptedException {
        serveImpatiently();
        try (DaemonCaller caller = caller();
                DaemonCaller other = caller()) {
            assertThatThrownBy(() -> {
                        while (true) {
                            caller.send(predict(image), image);
                        }
                    })
                    .isInstanceOf(IOException.class);
            try (DaemonCaller third = caller()) {
                assertThat(third.predict(image).word()).isEqualTo("ok");
            }
            assertThat(other.read()).isNull();
        }
    }

    @Test
    void moreConnectionsThanAllowedAreRefusedAtOnce() throws IOException {
        try (DaemonCaller a = caller();
                DaemonCaller b = caller();
                DaemonCaller c = caller();
                DaemonCaller d = caller();
                DaemonCaller tooMany = caller()) {
            DaemonCaller.Said said = Objects.requireNonNull(tooMany.read());
            assertThat(said.code()).isEqualTo(75);
            assertThat(said.text("message")).contains("4 connections are open");
            for (DaemonCaller each : List.of(a, b, c, d)) {
                assertThat(each.predict(image).word()).isEqualTo("ok");
            }
        }
    }

    @Test
    void oneThatLeavesAmidItsRequestIsForgotten() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (DaemonCaller caller = caller()) {
                caller.send(predict(image), Arrays.copyOf(image, 20));
            }
        }
        long until = System.nanoTime() + 10_000_000_000L;
        String word = "";
        while (!word.equals("ok") && System.nanoTime() < until) {
            try (DaemonCaller caller = caller()) {
                word = caller.predict(image).word();
            } catch (IOException e) {
                word = "refused"; // some of the twenty are not yet forgotten
            }
        }
        assertThat(word).isEqualTo("ok");
    }
}
