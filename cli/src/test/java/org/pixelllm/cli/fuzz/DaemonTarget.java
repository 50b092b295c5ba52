package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.Captured;
import org.pixelllm.protocol.images.TokenImage;

/**
 * What a client says to a daemon on one connection. It is answered by whole answers as docs/daemon.md has them and by
 * nothing else, at once, and the daemon answers the next client.
 */
final class DaemonTarget implements FuzzTarget {

    private static final Path GOLDEN =
            Captured.ROOT.resolve("cartridges/golden.pxi").toAbsolutePath();
    private static final int SECONDS = 10;
    private static final int MOST_ANSWER = 1 << 20;
    private static final String GREETING = "pixel-llm/1 ";
    private static final Pattern ASKS = Pattern.compile("(?m)^pixel-llm/1 (input|columns)$");
    private static final Pattern SYNC = Pattern.compile("(?m)^pixel-llm/1 sync$");
    private static final Set<String> WORDS =
            Set.of("ok", "error", "begun", "declined", "out", "err", "input", "columns", "sync", "exit");
    private static final Set<Integer> CODES = Set.of(0, 2, 65, 66, 73, 75, 130);

    /** Stands in seeds for the home of the daemon, whose name is as long and not the same each time. */
    private static final String SOME_HOME = home("00000000");

    private static final Pattern RUN = Pattern.compile("\\Apixel-llm/1 run [^\n]*\\blength=(\\d{1,6})\n");

    private static final List<byte[]> SERVED = List.of(
            runs("infer", "-i", "none.pxi"),
            runs("infer", "pxOS", "-k", "0"),
            runs("generate", "pxOS", "-n", "2", "--json"));

    private final Path home =
            Path.of(home("%08d".formatted(ProcessHandle.current().pid() % 100_000_000)));
    private @Nullable Path socket;

    private static String home(String number) {
        return System.getProperty("java.io.tmpdir") + "/pixel-llm-fuzz-" + number;
    }

    @Override
    public List<byte[]> seeds() {
        byte[] image = new TokenImage(new int[] {1, 2, 3}).toPng(Map.of());
        String length = "length=" + image.length + "\n";
        return List.of(
                says("pixel-llm/1 status length=0\n"),
                says("pixel-llm/1 predict " + length, image),
                says("pixel-llm/1 predict top=5 " + length, image),
                says("pixel-llm/1 status length=0\npixel-llm/1 predict top=256 " + length, image),
                SERVED.get(0),
                SERVED.get(1),
                SERVED.get(2),
                runs("verify", "none.pxi"),
                says("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    /** A command line of a process in the daemon's home. */
    private static byte[] runs(String... arguments) {
        StringBuilder strings = new StringBuilder();
        for (String each : List.of(SOME_HOME, SOME_HOME, "UTF-8", "COLUMNS=80")) {
            strings.append(each).append('\0');
        }
        for (String each : arguments) {
            strings.append(each).append('\0');
        }
        return says(
                "pixel-llm/1 run arguments=" + arguments.length + " variables=1 umask=18 length=" + strings.length()
                        + "\n",
                strings.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a whole command line comes, and nothing after it: its process then listens until it ends. */
    private static boolean isRun(byte[] input) {
        Matcher run = RUN.matcher(new String(input, StandardCharsets.ISO_8859_1));
        return run.find() && run.end() + Integer.parseInt(run.group(1)) == input.length;
    }

    /** The input with the daemon's home in the place of {@link #SOME_HOME}. */
    private byte[] atHome(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1)
                .replace(SOME_HOME, home.toString())
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] says(String words, byte... body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(words.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        return out.toByteArray();
    }

    @Override
    public boolean accepts(byte[] input, Path folder) throws Exception {
        if (new String(input, StandardCharsets.ISO_8859_1).contains("stop")) {
            return false; // it would do so
        }
        List<String> answers = answers(atHome(input), folder);
        if (SERVED.stream().anyMatch(each -> Arrays.equals(each, input))) {
            assertThat(answers).as("a command that is run").startsWith("begun").endsWith("exit");
        }
        boolean accepted = answers.contains("ok") || answers.contains("exit");
        if (!accepted) {
            assertThat(answers(says("pixel-llm/1 status length=0\n"), folder)).containsExactly("ok");
        }
        return accepted;
    }

    /** The words of all answers on one connection. */
    private List<String> answers(byte[] input, Path folder) throws Exception {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket(folder)));
            long start = System.nanoTime();
            try {
                for (ByteBuffer all = ByteBuffer.wrap(input); all.hasRemaining(); ) {
                    channel.write(all);
                }
                if (!isRun(input)) {
                    channel.shutdownOutput();
                }
            } catch (IOException e) {
                // It has refused what it read and closed.
            }
            byte[] said;
            try (InputStream in = Channels.newInputStream(channel)) {
                said = isRun(input) ? listen(channel, in) : in.readNBytes(MOST_ANSWER);
            } catch (IOException e) {
                return List.of("closed");
            }
            assertThat(System.nanoTime() - start).isLessThan(SECONDS * 1_000_000_000L);
            return words(said);
        }
    }

    /** All that a command says; one that asks for more than patience gets nothing, so that it is given up. */
    private static byte[] listen(SocketChannel channel, InputStream in) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        byte[] some = new byte[1 << 16];
        long answered = 0;
        for (int n = in.read(some); n >= 0 && said.size() < MOST_ANSWER; n = in.read(some)) {
            said.write(some, 0, n);
            String text = said.toString(StandardCharsets.ISO_8859_1);
            for (long syncs = SYNC.matcher(text).results().count(); answered < syncs; answered++) {
                channel.write(ByteBuffer.wrap("pixel-llm/1 synced\n".getBytes(StandardCharsets.US_ASCII)));
            }
            if (ASKS.matcher(text).find()) {
                channel.shutdownOutput();
            }
        }
        return said.toByteArray();
    }

    /** The words of all answers in these bytes. */
    private static List<String> words(byte[] said) {
        List<String> words = new ArrayList<>();
        for (int at = 0; at < said.length; ) {
            int end = at;
            while (end < said.length && said[end] != '\n') {
                end++;
            }
            String[] header = new String(said, at, end - at, StandardCharsets.UTF_8).split(" ", -1);
            assertThat(header[0] + " ").isEqualTo(GREETING);
            assertThat(header[1]).isIn(WORDS);
            words.add(header[1]);
            at = end + 1;
            for (int i = 2; i < header.length; i++) {
                String[] part = header[i].split("=", 2);
                int number = Integer.parseInt(part[1]);
                if (part[0].equals("code")) {
                    assertThat(number).isIn(CODES);
                } else {
                    at += number;
                }
            }
            assertThat(at).as("a whole answer").isLessThanOrEqualTo(said.length);
        }
        return words;
    }

    /** A daemon in this process, started for the first input. */
    private synchronized Path socket(Path folder) throws IOException, InterruptedException {
        if (socket == null) {
            Path place = Files.createDirectories(home.resolve("cli/target")).resolve("daemon");
            Files.deleteIfExists(place);
            Thread.ofPlatform()
                    .daemon()
                    .start(() ->
                            Captured.at(home, folder, "daemon", "run", "-x", "reference", "-c", GOLDEN.toString()));
            for (int i = 0; i < 100 * SECONDS && !Files.exists(place); i++) {
                Thread.sleep(10);
            }
            socket = Path.of(Files.readAllLines(place).getFirst());
        }
        return socket;
    }
}
