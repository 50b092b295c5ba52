package org.pixelllm.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.daemon.DaemonHere;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngLimits;

/** Command lines that a daemon runs: each says, writes and ends as it does without one. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class ServedCommandTest {

    private static final Path DEFAULT = Captured.ROOT.resolve("cartridges/default.pxi");
    private static final Path GOLDEN = Captured.ROOT.resolve("cartridges/golden.pxi");
    private static final int USUAL_MASK = 18;

    @TempDir
    private Path folder;

    private Path cartridge;
    private DaemonHere daemon;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private InputStream in = InputStream.nullInputStream();
    private OutputStream to = out;

    @BeforeEach
    void serve() throws IOException {
        cartridge = Files.copy(DEFAULT, folder.resolve("model.pxi"));
        daemon = new DaemonHere(cartridge);
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
    }

    private CommandLine line(Path current, String... arguments) {
        return new CommandLine(
                current.toString(),
                Captured.ROOT.toString(),
                System.getProperty("sun.jnu.encoding"),
                String.valueOf(USUAL_MASK),
                new boolean[3],
                arguments);
    }

    private Conversation conversation() throws IOException {
        out.reset();
        err.reset();
        return new Conversation(daemon.socket(), in, to, err, () -> 0);
    }

    private int run(CommandLine line) throws IOException {
        try (Conversation conversation = conversation()) {
            return conversation.run(line);
        }
    }

    private String[] withModel(String... args) {
        return Stream.concat(
                        Stream.of(args), Stream.of("-c", cartridge.toString(), "-x", "reference", "-t", "1"))
                .toArray(String[]::new);
    }

    /** What was said, but for times. */
    private static String timeless(String said) {
        return said.replaceAll("[0-9.]+ (ms|tokens a second|a second|µs|%)", "# $1").replaceAll("\"milliseconds\": [0-9.]+", "#");
    }

    private static Map<String, List<Byte>> files(Path folder) throws IOException {
        Map<String, List<Byte>> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                List<Byte> bytes = new ArrayList<>();
                for (byte b : Files.readAllBytes(each)) {
                    bytes.add(b);
                }
                files.put(folder.relativize(each).toString(), bytes);
            }
        }
        return files;
    }

    private Path questions() throws IOException {
        Path questions = Files.createDirectory(folder.resolve("questions"));
        for (int i = 1; i <= 5; i++) {
            new TokenImage("pixels and tokens".substring(0, 3 * i).chars().toArray())
                    .write(questions.resolve("q" + i + ".pxi"), Map.of());
        }
        Files.writeString(questions.resolve("page.pxi"), "<html>");
        return questions;
    }

    @Test
    void everythingIsSaidAndWrittenAsWithoutADaemon() throws IOException {
        Path questions = questions();
        Path outputs = folder.resolve("outputs");
        String[][] lines = {
            {"infer", "pxOS evolution", "-o", outputs.toString()},
            {"pxOS", "-o", outputs.toString(), "--scores"},
            {"infer", "pxOS é", "-o", outputs.toString(), "--json", "-k", "3"},
            {"infer", "-i", questions.resolve("q2.pxi").toString(), "-o", outputs.toString(), "-v"},
            {"infer", "-i", questions.toString(), "-o", outputs.toString()},
            {"infer", "-i", questions.toString(), "-o", outputs.toString(), "--json"},
            {"infer", "-i", questions.resolve("page.pxi").toString(), "-o", outputs.toString()},
            {"infer", "-i", folder.resolve("none.pxi").toString()},
            {"infer", "pxOS", "-k", "0"},
            {"infer", "pxOS", "--wrong"},
            {"infer", "pxOS", "-i", "two.pxi"},
            {"generate", "Once upon", "-n", "20", "--seed", "7", "-o", outputs.toString()},
            {"generate", "Once upon", "-n", "20", "--temperature", "0", "--seed", "3", "--json", "-o", outputs.toString()},
            {"generate", "Once upon", "-n", "5", "--beams", "3", "-o", outputs.toString()},
            {"look", "pixels", "-o", outputs.toString()},
            {"look", "pixels", "--trace", "-o", outputs.toString()},
        };
        for (String[] each : lines) {
            String[] arguments = withModel(each);
            Files.createDirectories(outputs);
            Captured alone = Captured.run(folder, arguments);
            Map<String, List<Byte>> written = files(outputs);
            remove(outputs);
            Files.createDirectories(outputs);
            assertThat(run(line(folder, arguments))).as(Arrays.toString(each)).isEqualTo(alone.code());
            assertThat(timeless(out.toString(StandardCharsets.UTF_8)))
                    .as(Arrays.toString(each))
                    .isEqualTo(timeless(alone.out()));
            assertThat(timeless(err.toString(StandardCharsets.UTF_8)))
                    .as(Arrays.toString(each))
                    .isEqualTo(timeless(alone.err()));
            assertThat(files(outputs)).as(Arrays.toString(each)).isEqualTo(written);
            remove(outputs);
        }
        assertThat(run(line(folder, withModel("profile", "pixels", "--rounds", "1", "-o", outputs.toString()))))
                .isZero();
        assertThat(outputs.resolve("profile.png")).exists();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }

    /** As processes in that folder, which this one is not in. */
    @Test
    void relativePathsAreThoseOfTheProcess() throws Exception {
        questions();
        String[][] lines = {
            {"infer", "-i", "questions/q3.pxi", "-c", "model.pxi", "-x", "reference", "-t", "1"},
            {"infer", "-i", "none.pxi", "-o", "no/such/folder", "-c", "./model.pxi", "-x", "reference", "-t", "1"},
            {"infer", "-i", "questions", "-o", "questions/q1.pxi", "-c", "model.pxi", "-x", "reference", "-t", "1"},
            {"infer", "-i", "model.pxi", "-o", "../" + folder.getFileName(), "-c", "model.pxi", "-x", "reference", "-t", "1"
            },
        };
        for (String[] each : lines) {
            Process process = new ProcessBuilder(Captured.command(each))
                    .directory(folder.toFile())
                    .redirectOutput(folder.resolve("out.txt").toFile())
                    .redirectError(folder.resolve("err.txt").toFile())
                    .start();
            int code = process.waitFor();
            assertThat(run(line(folder, each))).as(Arrays.toString(each)).isEqualTo(code);
            assertThat(timeless(out.toString(StandardCharsets.UTF_8)))
                    .isEqualTo(timeless(Files.readString(folder.resolve("out.txt"))));
            assertThat(timeless(err.toString(StandardCharsets.UTF_8)))
                    .isEqualTo(timeless(Files.readString(folder.resolve("err.txt"))));
        }
        assertThat(folder.resolve("pixel_llm/outputs/output_token.pxi")).exists();
    }

    @Test
    void whatTheProcessMustRunItselfIsDeclinedUntouched() throws IOException {
        Path copy = Files.copy(cartridge, folder.resolve("copy.pxi"));
        String[][] lines = {
            {"train", "book.txt", "-o", "model2.pxi"},
            {"daemon", "stop"},
            {"help"},
            {"--version"},
            {"infer", "--help"},
            {"infer", "pxOS"},
            {"infer", "pxOS", "-c", cartridge.toString()},
            {"infer", "pxOS", "-c", cartridge.toString(), "-x", "reference", "-t", "2"},
            {"infer", "pxOS", "-c", copy.toString(), "-x", "reference", "-t", "1"},
            {"infer", "pxOS", "-c", "none.pxi", "-x", "reference", "-t", "1"},
            withModel("infer", "-i", "/dev/stdin"),
            withModel("infer", "-i", "/dev/fd/3"),
            withModel("infer", "pxOS", "-o", "/proc/self/fd"),
        };
        for (String[] each : lines) {
            assertThat(run(line(folder, each))).as(Arrays.toString(each)).isEqualTo(Conversation.DECLINED);
            assertThat(out.size() + err.size()).as(Arrays.toString(each)).isZero();
        }
        CommandLine usual = line(folder, withModel("infer", "pxOS"));
        for (CommandLine each : List.of(
                new CommandLine("/", "/", usual.encoding(), usual.umask(), usual.terminals(), usual.arguments()),
                new CommandLine(
                        usual.folder(), usual.home(), "ANSI_X3", usual.umask(), usual.terminals(), usual.arguments()),
                new CommandLine(
                        usual.folder(), usual.home(), usual.encoding(), "63", usual.terminals(), usual.arguments()))) {
            assertThat(run(each)).isEqualTo(Conversation.DECLINED);
        }
        assertThat(run(usual)).isZero();
    }

    @Test
    void standardInputIsReadAsFarAsTheCommandReads() throws IOException {
        in = new ByteArrayInputStream("pxOS evolution\n".getBytes(StandardCharsets.UTF_8));
        String outputs = folder.resolve("outputs").toString();
        assertThat(run(line(folder, withModel("infer", "-", "-o", outputs)))).isZero();
        String piped = out.toString(StandardCharsets.UTF_8);
        InputStream untouched = new ByteArrayInputStream(new byte[10]);
        in = untouched;
        assertThat(run(line(folder, withModel("infer", "pxOS evolution", "-o", outputs)))).isZero();
        assertThat(timeless(piped)).isEqualTo(timeless(out.toString(StandardCharsets.UTF_8)));
        assertThat(untouched.available()).isEqualTo(10);
        in = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Is a directory");
            }
        };
        assertThat(run(line(folder, withModel("infer", "-", "-o", outputs)))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("pixel-llm: Standard input cannot be read: Is a directory. Give a text.\n");
    }

    @Test
    void anOutputThatIsFullOrGoneEndsTheCommandAsItDoesAlone() throws IOException {
        String outputs = folder.resolve("outputs").toString();
        for (String why : List.of("No space left on device", "Broken pipe")) {
            to = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException(why);
                }
            };
            for (String[] each : new String[][] {
                {"infer", "pxOS", "-o", outputs}, {"generate", "Once", "-n", "400", "--seed", "1", "-o", outputs}
            }) {
                boolean gone = why.startsWith("Broken");
                assertThat(run(line(folder, withModel(each)))).isEqualTo(gone ? 141 : 73);
                assertThat(err.toString(StandardCharsets.UTF_8).replace("seed 1\n", ""))
                        .isEqualTo(
                                gone
                                        ? ""
                                        : "pixel-llm: standard output cannot be written: " + why
                                                + ". Make room, or send it elsewhere.\n");
            }
        }
    }

    /** Waits for some of a stream, then does something. */
    private static final class Trigger extends OutputStream {

        private final int after;
        private final Runnable action;
        private int seen;

        Trigger(int after, Runnable action) {
            this.after = after;
            this.action = action;
        }

        @Override
        public void write(int b) {
            if (++seen == after) {
                action.run();
            }
        }
    }

    private String[] endless() {
        return withModel("generate", "Once", "-n", "60000", "--seed", "1", "-o", folder.toString());
    }

    private String stop() throws IOException {
        return PxiFiles.read(
                        folder.resolve("output_sequence.pxi"), PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES)
                .text()
                .getOrDefault("Stop", "");
    }

    @Test
    void anInterruptedGenerationEndsAtTheNextTokenAndKeepsWhatThereIs() throws Exception {
        Conversation[] own = new Conversation[1];
        to = new Trigger(20, () -> own[0].interrupt());
        try (Conversation conversation = conversation()) {
            own[0] = conversation;
            assertThat(conversation.run(line(folder, endless()))).isEqualTo(130);
        }
        assertThat(stop()).isEqualTo("interrupted");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("output_sequence.pxi", "a second");
        daemon.awaitRest();
    }

    @Test
    void whoLeavesFreesTheWork() throws Exception {
        Conversation[] own = new Conversation[1];
        to = new Trigger(20, () -> own[0].close());
        for (String[] each : List.of(
                endless(),
                withModel("generate", "Once", "-n", "5000", "--beams", "200", "-o", folder.toString()))) {
            try (Conversation conversation = conversation()) {
                own[0] = conversation;
                Thread leaving = new Thread(() -> leave(conversation));
                leaving.start();
                assertThat(conversation.run(line(folder, each))).isNegative();
                leaving.join();
            }
            daemon.awaitRest();
        }
        assertThat(stop()).isEqualTo("interrupted");
        assertThat(run(line(folder, withModel("infer", "pxOS", "-o", folder.toString()))))
                .isZero();
    }

    /** Thousands of files are no reason to go on for nobody. */
    @Test
    void manyFilesEndWithTheirCaller() throws Exception {
        Path questions = Files.createDirectory(folder.resolve("many"));
        for (int i = 0; i < 2000; i++) {
            new TokenImage(new int[] {i % 100, 5, 6, 7, 8, 9}).write(questions.resolve("q" + i + ".pxi"), Map.of());
        }
        Path answers = folder.resolve("answers");
        try (Conversation conversation = conversation()) {
            Thread leaving = new Thread(() -> {
                await(answers);
                hangUp(conversation);
            });
            leaving.start();
            assertThat(conversation.run(
                            line(folder, withModel("infer", "-i", questions.toString(), "-o", answers.toString()))))
                    .isNegative();
            leaving.join();
        }
        daemon.awaitRest();
        try (Stream<Path> all = Files.list(answers)) {
            assertThat(all.count()).isLessThan(4000);
        }
    }

    private static void hangUp(Conversation conversation) {
        conversation.close();
    }

    private static void await(Path folder) {
        while (!Files.isDirectory(folder)) {
            Thread.onSpinWait();
        }
    }

    private static void leave(Conversation conversation) {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        conversation.close();
    }

    /** Ctrl-C ends a process whose command does not listen for it: the daemon lets go at once. */
    @Test
    void anInterruptedCommandThatDoesNotListenIsGivenUp() throws Exception {
        try (Conversation conversation = conversation()) {
            Thread interrupting = new Thread(() -> {
                try {
                    Thread.sleep(700);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                conversation.interrupt();
            });
            interrupting.start();
            assertThat(conversation.run(
                            line(folder, withModel("generate", "O", "-n", "5000", "--beams", "200", "-o", folder.toString()))))
                    .isNegative();
            interrupting.join();
        }
        daemon.awaitRest();
    }

    @Test
    void aDaemonThatEndsSaysSoToThoseWhoseCommandsRun() throws Exception {
        to = new Trigger(20, () -> Thread.ofPlatform().start(() -> {
            try {
                daemon.end("on request");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try (Conversation conversation = conversation()) {
            assertThat(conversation.run(line(folder, endless()))).isEqualTo(75);
        }
        assertThat(err.toString(StandardCharsets.UTF_8))
                .endsWith("pixel-llm: The daemon ended: on request. Run the command again.\n");
        assertThat(stop()).isEqualTo("interrupted");
    }

    @Test
    void moreCommandsThanAllowedRunAlone() throws Exception {
        List<Conversation> running = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < DaemonHere.COMMANDS; i++) {
            Conversation conversation = conversation();
            running.add(conversation);
            Path own = Files.createDirectory(folder.resolve("own" + i));
            threads.add(Thread.ofPlatform()
                    .start(() -> conversation.run(
                            line(own, withModel("generate", "O", "-n", "60000", "-o", own.toString())))));
        }
        int code = 0;
        while (code == 0) {
            code = run(line(folder, withModel("infer", "pxOS", "-o", folder.toString())));
        }
        assertThat(code).isEqualTo(Conversation.DECLINED);
        running.forEach(Conversation::interrupt);
        for (Thread each : threads) {
            each.join();
        }
        running.forEach(Conversation::close);
        daemon.awaitRest();
        assertThat(run(line(folder, withModel("infer", "pxOS", "-o", folder.toString()))))
                .isZero();
    }

    @Test
    void aReplacedCartridgeAnswersAndOneWrittenOverIsDeclined() throws IOException {
        CommandLine line = line(folder, withModel("infer", "pxOS", "-o", folder.toString(), "--json"));
        assertThat(run(line)).isZero();
        String before = out.toString(StandardCharsets.UTF_8);
        Files.copy(GOLDEN, folder.resolve("next.pxi"));
        Files.move(folder.resolve("next.pxi"), cartridge, StandardCopyOption.ATOMIC_MOVE);
        assertThat(run(line)).isZero();
        Captured alone = Captured.run(folder, line.arguments());
        assertThat(timeless(out.toString(StandardCharsets.UTF_8)))
                .isEqualTo(timeless(alone.out()))
                .isNotEqualTo(timeless(before));
        Files.write(cartridge, Files.readAllBytes(DEFAULT));
        assertThat(run(line)).isEqualTo(Conversation.DECLINED);
    }

    @Test
    void whatBreaksTheRulesIsRefusedAndTheOthersGoOn() throws IOException {
        byte[] request = line(folder, endless()).request();
        for (String rude : List.of(
                "pixel-llm/1 run length=5\nabcde",
                "pixel-llm/1 run arguments=1 length=3\na\0b",
                "pixel-llm/1 run arguments=999999999 length=8\n/\0/\0UTF\0",
                "pixel-llm/1 run variables=1 length=10\n/\0/\0UTF\0x\0",
                "pixel-llm/1 run length=8\n.\0.\0UTF\0",
                "pixel-llm/1 run length=999999999\n",
                new String(request, StandardCharsets.UTF_8) + "pixel-llm/1 dance length=0\n",
                new String(request, StandardCharsets.UTF_8) + "pixel-llm/1 input length=1\nxpixel-llm/1 input length=1\nx",
                new String(request, StandardCharsets.UTF_8) + "pixel-llm/1 input length=999999999\n",
                new String(request, StandardCharsets.UTF_8) + "GET / HTTP/1.1\n")) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(daemon.socket()));
                channel.write(ByteBuffer.wrap(rude.getBytes(StandardCharsets.UTF_8)));
                InputStream answer = Channels.newInputStream(channel);
                channel.shutdownOutput();
                try {
                    assertThat(answer.readAllBytes()).isNotNull(); // it comes to an end
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("reset");
                }
            }
        }
        assertThat(run(line(folder, withModel("infer", "pxOS", "-o", folder.toString()))))
                .isZero();
    }
}
