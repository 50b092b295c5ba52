package org.pixelllm.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.storage.ProcessLock;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngLimits;

/** The daemon and its clients as processes, which are killed, replaced, flooded and started twice. Nothing may hang. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class DaemonTest {

    private static final Path GOLDEN = Captured.ROOT.resolve("cartridges/golden.pxi");
    private static final Path DEFAULT = Captured.ROOT.resolve("cartridges/default.pxi");

    @TempDir
    private Path folder;

    private DaemonProcesses processes;

    @BeforeEach
    void prepare() {
        processes = DaemonProcesses.ofClasses(folder);
    }

    @AfterEach
    void endWhatIsLeft() throws IOException {
        processes.close();
    }

    /** As many tokens as asked for, of any model's vocabulary. */
    private static TokenImage question(int count, int number) {
        int[] ids = new int[count];
        Arrays.setAll(ids, i -> (7 * i + number) % 20);
        return new TokenImage(ids);
    }

    private static String[] golden(String... args) {
        return Stream.concat(Stream.of(args), Stream.of("-c", GOLDEN.toString(), "-x", "reference"))
                .toArray(String[]::new);
    }

    @Test
    void aThousandCallsFromEightProcessesAreAnsweredAsTheCommandAnswers() throws Exception {
        Path questions = Files.createDirectory(folder.resolve("questions"));
        for (int i = 0; i < 50; i++) {
            question(1 + 3 * i, i).write(questions.resolve("q" + i + ".pxi"), Map.of());
        }
        Path answers = folder.resolve("answers");
        Captured infer =
                Captured.run(folder, golden("infer", "-i", questions.toString(), "-o", answers.toString(), "-k", "5"));
        assertThat(infer.code()).as(infer.err()).isZero();
        processes.daemon("-c", GOLDEN.toString(), "-x", "reference");
        List<DaemonProcesses.Running> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(processes.call(questions, answers, 125, 11 * i));
        }
        for (DaemonProcesses.Running caller : callers) {
            DaemonProcesses.Result result = caller.end();
            assertThat(result.out()).as(result.err()).isEqualTo("125 right" + System.lineSeparator());
        }
        assertThat(processes.run("daemon", "status", "--json").out()).contains("\"answered\": 1000");
    }

    @Test
    void startStatusAndStop() throws Exception {
        DaemonProcesses.Result none = processes.run("daemon", "status");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.err()).contains("No daemon is running");
        DaemonProcesses.Result stopped = processes.run("daemon", "stop");
        assertThat(stopped.code()).isZero();
        assertThat(stopped.out()).contains("No daemon is running");

        DaemonProcesses.Result start = processes.run(golden("daemon", "start"));
        assertThat(start.code()).as(start.err()).isZero();
        DaemonState state = processes.state();
        assertThat(start.out())
                .hasLineCount(1)
                .contains(
                        "started",
                        state.socket().toString(),
                        "pid " + state.pid(),
                        GOLDEN.toRealPath().toString());
        assertThat(permissions(processes.place())).isEqualTo("rw-------");
        assertThat(permissions(state.socket())).isEqualTo("rw-------");
        assertThat(permissions(Objects.requireNonNull(state.socket().getParent())))
                .isEqualTo("rwx------");

        DaemonProcesses.Result again = processes.run(golden("daemon", "start"));
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).contains("already running", "pid " + state.pid());
        DaemonProcesses.Result other = processes.run("daemon", "start", "-c", DEFAULT.toString());
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err()).hasLineCount(1).contains("another cartridge", "daemon stop");
        DaemonProcesses.Result simd = processes.run("daemon", "start", "-c", GOLDEN.toString(), "-x", "simd");
        assertThat(simd.code()).isEqualTo(2);
        assertThat(simd.err()).hasLineCount(1).contains("another executor", "reference");
        assertThat(processes.run(golden("daemon", "run")).code()).isEqualTo(75);

        assertThat(processes.run("daemon", "status").out())
                .contains("running for", "pid " + state.pid(), "executor reference", "answered 0, waiting 0");
        assertThat(processes.run("daemon", "status", "--json").out())
                .contains("\"pid\": " + state.pid(), "\"executor\": \"reference\"", "\"uptime_seconds\"");

        DaemonProcesses.Result stop = processes.run("daemon", "stop");
        assertThat(stop.code()).as(stop.err()).isZero();
        assertThat(stop.out()).contains("stopped: pid " + state.pid());
        assertThat(processes.place()).doesNotExist();
        assertThat(state.socket().getParent()).doesNotExist();
        assertThat(processes.run("daemon", "status").code()).isEqualTo(3);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void startsAtOnceMakeOneDaemon() throws Exception {
        List<DaemonProcesses.Running> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(processes.begin(golden("daemon", "start")));
        }
        List<String> lines = new ArrayList<>();
        for (DaemonProcesses.Running start : starts) {
            DaemonProcesses.Result result = start.end();
            assertThat(result.code()).as(result.err()).isZero();
            lines.add(result.out());
        }
        assertThat(lines).allMatch(line -> line.contains("pid " + stateOrNone() + ","));
        assertThat(lines).filteredOn(line -> line.startsWith("started")).hasSize(1);
        assertThat(processes.run("daemon", "stop").code()).isZero();
        assertThat(ProcessLock.isHeld(new DaemonPlace(processes.place()).lock()))
                .isFalse();
    }

    private long stateOrNone() {
        try {
            return processes.state().pid();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void whatAKilledDaemonLeftIsReplaced() throws Exception {
        Process first = processes.daemon("-c", GOLDEN.toString());
        DaemonState left = processes.state();
        first.destroyForcibly().waitFor();
        assertThat(left.socket()).exists();
        assertThat(processes.run("daemon", "status").code()).isEqualTo(3);
        assertThat(processes.run("daemon", "stop").out()).contains("No daemon is running");
        DaemonProcesses.Result start = processes.run(golden("daemon", "start"));
        assertThat(start.code()).as(start.err()).isZero();
        assertThat(processes.state().pid()).isNotEqualTo(left.pid());
        assertThat(left.socket().getParent()).doesNotExist();
        Files.writeString(processes.place(), "nothing of the kind\n");
        assertThat(processes.run("daemon", "status").code()).isEqualTo(3);
    }

    /** Every client learns it at once, by the end of its connection. */
    @Test
    void whenItIsKilledItsClientsAreFree() throws Exception {
        Process daemon = processes.daemon("-c", DEFAULT.toString(), "-x", "reference");
        List<DaemonCaller> callers = new ArrayList<>();
        byte[] image = question(250, 1).toPng(Map.of());
        for (int i = 0; i < 20; i++) {
            DaemonCaller caller = DaemonCaller.at(processes.place());
            caller.send("pixel-llm/1 predict top=5 length=" + image.length, image);
            callers.add(caller);
        }
        while (waiting() == 0) {
            Thread.sleep(1);
        }
        daemon.destroyForcibly().waitFor();
        int cut = 0;
        for (DaemonCaller caller : callers) {
            try (caller) {
                cut += caller.read() == null ? 1 : 0;
            } catch (IOException e) {
                cut++;
            }
        }
        assertThat(cut).isPositive();
    }

    private int waiting() throws IOException {
        try (DaemonCaller caller = DaemonCaller.at(processes.place())) {
            String json = caller.ask("pixel-llm/1 status length=0", new byte[0]).text("status");
            return Objects.requireNonNull(DaemonStatus.parse(json)).waiting();
        }
    }

    @Test
    void aFullQueueRefusesAndStopAnswersOrRefusesAll() throws Exception {
        Process daemon = processes.daemon("-c", DEFAULT.toString(), "-x", "reference");
        int clients = 200;
        byte[] image = question(250, 1).toPng(Map.of());
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try (DaemonCaller caller = DaemonCaller.at(processes.place())) {
                    DaemonCaller.Said said = caller.predict(image);
                    heard.add(said.word() + " " + said.code()
                            + (said.code() == 0
                                    ? ""
                                    : " " + said.text("message").strip()));
                } catch (IOException | RuntimeException e) {
                    heard.add(e.toString());
                }
            }));
        }
        while (heard.stream().noneMatch(said -> said.contains("busy: 128 requests wait"))) {
            Thread.sleep(1);
        }
        while (waiting() + heard.size() < clients - 8) { // all have come; a few are being answered
            Thread.sleep(1);
        }
        DaemonProcesses.Result stop = processes.run("daemon", "stop");
        assertThat(stop.code()).as(stop.err()).isZero();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(daemon.waitFor()).isZero();
        assertThat(heard)
                .hasSize(clients)
                .allMatch(said -> said.equals("ok 0")
                        || said.startsWith("error 75 pixel-llm: The daemon is busy")
                        || said.startsWith("error 75 pixel-llm: The daemon ends: on request."))
                .anyMatch(said -> said.contains("The daemon ends"));
    }

    /** Written over in place, with its size and times kept or not, or gone: the weights that were open are no more. */
    @Test
    void aCartridgeThatWasWrittenOverIsNeverAnsweredFrom() throws Exception {
        byte[] image = question(5, 1).toPng(Map.of());
        for (int run = 0; run < 3; run++) {
            Path cartridge = folder.resolve("model.pxi");
            Files.copy(GOLDEN, cartridge, StandardCopyOption.REPLACE_EXISTING);
            Process daemon = processes.daemon("-c", cartridge.toString(), "-x", "reference");
            try (DaemonCaller caller = DaemonCaller.at(processes.place())) {
                assertThat(caller.predict(image).word()).isEqualTo("ok");
                switch (run) {
                    case 0 -> {
                        FileTime time = Files.getLastModifiedTime(cartridge);
                        byte[] other = Files.readAllBytes(GOLDEN);
                        other[other.length / 2] ^= 1;
                        Files.write(cartridge, other);
                        Files.setLastModifiedTime(cartridge, time);
                    }
                    case 1 -> Files.write(cartridge, Files.readAllBytes(GOLDEN));
                    default -> Files.delete(cartridge);
                }
                assertRefusedOrGone(caller, image);
            }
            assertThat(daemon.waitFor()).isZero();
            assertThat(processes.place()).doesNotExist();
        }
    }

    /** Another file of that name, even of the same size and time, answers the next request, under its own digest. */
    @Test
    void aCartridgeThatWasReplacedIsOpenedAnew() throws Exception {
        Path cartridge = Files.copy(GOLDEN, folder.resolve("model.pxi"));
        Path next = Files.copy(DEFAULT, folder.resolve("next.pxi"));
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(cartridge));
        byte[] image = question(5, 1).toPng(Map.of());
        Process daemon = processes.daemon("-c", cartridge.toString(), "-x", "reference");
        try (DaemonCaller caller = DaemonCaller.at(processes.place())) {
            assertThat(cartridgeOf(caller.predict(image))).isEqualTo(cartridgeOf(GOLDEN, image));
            Files.move(next, cartridge, StandardCopyOption.ATOMIC_MOVE);
            DaemonCaller.Said said = caller.predict(image);
            assertThat(said.word()).isEqualTo("ok");
            assertThat(cartridgeOf(said))
                    .isEqualTo(cartridgeOf(DEFAULT, image))
                    .isNotEqualTo(cartridgeOf(GOLDEN, image));
            assertThat(said.parts().get("output_token")).isEqualTo(answer(DEFAULT, image));
            Path page = Files.writeString(folder.resolve("page.pxi"), "<html>");
            Files.move(page, cartridge, StandardCopyOption.ATOMIC_MOVE);
            DaemonCaller.Said refused = caller.predict(image);
            assertThat(refused.code()).isEqualTo(75);
            assertThat(refused.text("message")).contains("was replaced, and cannot be opened", "HTML");
        }
        assertThat(daemon.waitFor()).isZero();
    }

    private static String cartridgeOf(DaemonCaller.Said said) throws IOException {
        return cartridgeOf(Objects.requireNonNull(said.parts().get("output_token")));
    }

    private static String cartridgeOf(byte[] answer) throws IOException {
        return Objects.requireNonNull(PngDecoder.decode(ByteBuffer.wrap(answer), "answer", PngLimits.PROTOCOL)
                .text()
                .get("Cartridge"));
    }

    private String cartridgeOf(Path cartridge, byte[] image) throws IOException {
        return cartridgeOf(answer(cartridge, image));
    }

    /** What the command answers. */
    private byte[] answer(Path cartridge, byte[] image) throws IOException {
        Path file = Files.write(folder.resolve("question.pxi"), image);
        String[] args = {
            "infer", "-i", file.toString(), "-o", folder.toString(), "-c", cartridge.toString(), "-x", "reference"
        };
        assertThat(Captured.run(folder, args).code()).isZero();
        return Files.readAllBytes(folder.resolve("output_token.pxi"));
    }

    private static void assertRefusedOrGone(DaemonCaller caller, byte[] image) {
        try {
            caller.send("pixel-llm/1 predict top=5 length=" + image.length, image);
            DaemonCaller.Said said = caller.read();
            if (said != null) {
                assertThat(said.code()).isEqualTo(75);
                assertThat(said.text("message")).contains("has changed", "Ask again");
            }
        } catch (IOException e) {
            assertThat(e).as("the connection ended").isNotNull();
        }
    }

    /** In a folder of all users anybody may leave the file that names a socket. */
    @Test
    void whatOthersCouldHaveWrittenIsNotBelieved() throws Exception {
        Files.writeString(processes.place(), "/tmp/socket\n1\n/model.pxi\n");
        for (String mode : List.of("rw-rw----", "rw----rw-")) {
            Files.setPosixFilePermissions(processes.place(), PosixFilePermissions.fromString(mode));
            for (String word : List.of("status", "stop")) {
                DaemonProcesses.Result result = processes.run("daemon", word);
                assertThat(result.code()).isEqualTo(2);
                assertThat(result.err()).hasLineCount(1).contains("can be written by other users");
            }
        }
        Path real = Files.move(processes.place(), folder.resolve("elsewhere"));
        Files.createSymbolicLink(processes.place(), real);
        assertThat(processes.run("daemon", "status").err()).contains("is a link");
        Files.delete(processes.place());
        Path log = processes.log();
        Path victim = Files.writeString(folder.resolve("diary"), "mine\n");
        Files.deleteIfExists(log);
        Files.createSymbolicLink(log, victim);
        assertThat(processes.run(golden("daemon", "start")).code()).isEqualTo(2);
        assertThat(victim).hasContent("mine\n");
        Files.delete(log);
        Assumptions.assumeTrue(isRoot(), "another user's files need root");
        Files.writeString(processes.place(), "/tmp/socket\n1\n/model.pxi\n");
        Files.setAttribute(processes.place(), "unix:uid", 12345);
        assertThat(processes.run("daemon", "status").err()).contains("belongs to another user, number 12345");
        Files.delete(processes.place());
    }

    private static boolean isRoot() {
        return new UnixSystem().getUid() == 0;
    }

    @Test
    void itEndsByItself() throws Exception {
        DaemonProcesses.Running idle = processes.begin(golden("daemon", "run", "--idle", "0.01"));
        DaemonProcesses.Result result = idle.end();
        assertThat(result.code()).isZero();
        assertThat(result.err()).contains("answering: ", "stopped: no request for 1 s");
        assertThat(processes.place()).doesNotExist();
    }

    @Test
    void oneThatNobodyFindsEnds() throws Exception {
        Process daemon = processes.daemon("-c", GOLDEN.toString());
        Files.writeString(processes.place(), "another's\n");
        assertThat(daemon.waitFor()).isZero();
        assertThat(processes.place()).as("is not its own any more").hasContent("another's");
    }

    @Test
    void aTerminatedOneLeavesNothing() throws Exception {
        Process daemon = processes.daemon("-c", GOLDEN.toString());
        Path socket = processes.state().socket();
        daemon.destroy();
        assertThat(daemon.waitFor()).isZero();
        assertThat(processes.place()).doesNotExist();
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void whatCannotStartSaysWhyOnce() throws Exception {
        Path page = Files.writeString(folder.resolve("page.pxi"), "<html>");
        DaemonProcesses.Result bad = processes.run("daemon", "start", "-c", page.toString());
        assertThat(bad.code()).isEqualTo(65);
        assertThat(bad.err()).hasLineCount(1).contains("page.pxi", "HTML");
        DaemonProcesses.Result none = processes.run("daemon", "start", "-c", "none.pxi");
        assertThat(none.code()).isEqualTo(66);
        assertThat(none.err()).hasLineCount(1).contains("none.pxi");
        assertThat(processes.run(golden("daemon", "start", "--idle", "0")).code())
                .isEqualTo(2);
        assertThat(processes.run("daemon").code()).isEqualTo(2);
        assertThat(processes.place()).doesNotExist();
    }
}
