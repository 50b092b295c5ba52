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
import java.util.List;
import java.util.Map;
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

    private @Nullable Path socket;

    @Override
    public List<byte[]> seeds() {
        byte[] image = new TokenImage(new int[] {1, 2, 3}).toPng(Map.of());
        String length = "length=" + image.length + "\n";
        return List.of(
                says("pixel-llm/1 status length=0\n"),
                says("pixel-llm/1 predict " + length, image),
                says("pixel-llm/1 predict top=5 " + length, image),
                says("pixel-llm/1 status length=0\npixel-llm/1 predict top=256 " + length, image),
                says("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
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
        List<String> answers = answers(input, folder);
        boolean accepted = answers.stream().anyMatch(each -> each.equals("ok"));
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
                channel.shutdownOutput();
            } catch (IOException e) {
                // It has refused what it read and closed.
            }
            byte[] said;
            try (InputStream in = Channels.newInputStream(channel)) {
                said = in.readNBytes(MOST_ANSWER);
            } catch (IOException e) {
                return List.of("closed");
            }
            assertThat(System.nanoTime() - start).isLessThan(SECONDS * 1_000_000_000L);
            return words(said);
        }
    }

    private static List<String> words(byte[] said) {
        List<String> words = new ArrayList<>();
        for (int at = 0; at < said.length; ) {
            int end = at;
            while (end < said.length && said[end] != '\n') {
                end++;
            }
            String[] header = new String(said, at, end - at, StandardCharsets.UTF_8).split(" ", -1);
            assertThat(header[0] + " ").isEqualTo(GREETING);
            assertThat(header[1]).isIn("ok", "error");
            words.add(header[1]);
            at = end + 1;
            for (int i = 2; i < header.length; i++) {
                String[] part = header[i].split("=", 2);
                int number = Integer.parseInt(part[1]);
                if (part[0].equals("code")) {
                    assertThat(number).isIn(2, 65, 75);
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
            Path home = Files.createTempDirectory("home");
            Path place = Files.createDirectories(home.resolve("cli/target")).resolve("daemon");
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
