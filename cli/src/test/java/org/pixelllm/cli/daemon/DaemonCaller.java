package org.pixelllm.cli.daemon;

import java.io.BufferedInputStream;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client as others may write one: it knows what docs/daemon.md says, and none of our classes. */
final class DaemonCaller implements AutoCloseable {

    private final SocketChannel channel;
    private final InputStream in;

    private DaemonCaller(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /**
     * What was answered.
     *
     * @param word {@code ok} or {@code error}
     * @param code of an error, else 0
     */
    record Said(String word, int code, Map<String, byte[]> parts) {

        String text(String part) {
            return new String(Objects.requireNonNull(parts.get(part)), StandardCharsets.UTF_8);
        }
    }

    static DaemonCaller at(Path place) throws IOException {
        return on(Path.of(Files.readAllLines(place).getFirst()));
    }

    static DaemonCaller on(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new DaemonCaller(channel);
    }

    void send(String header, byte[] body) throws IOException {
        byte[] line = (header + "\n").getBytes(StandardCharsets.UTF_8);
        sendRaw(ByteBuffer.allocate(line.length + body.length)
                .put(line)
                .put(body)
                .flip());
    }

    void sendRaw(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    void sendNoMore() throws IOException {
        channel.shutdownOutput();
    }

    /** The next answer, or null where the daemon has closed. */
    @Nullable
    Said read() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            line.write(next);
        }
        List<String> words = List.of(line.toString(StandardCharsets.UTF_8).split(" ", -1));
        if (!words.getFirst().equals("pixel-llm/1")) {
            throw new IllegalStateException(words.toString());
        }
        int code = 0;
        Map<String, byte[]> parts = new LinkedHashMap<>();
        for (String word : words.subList(2, words.size())) {
            String[] both = word.split("=", -1);
            int number = Integer.parseInt(both[1]);
            if (both[0].equals("code")) {
                code = number;
            } else {
                byte[] part = in.readNBytes(number);
                if (part.length < number) {
                    return null;
                }
                parts.put(both[0], part);
            }
        }
        return new Said(words.get(1), code, parts);
    }

    Said ask(String header, byte[] body) throws IOException {
        send(header, body);
        return Objects.requireNonNull(read(), "closed without an answer");
    }

    Said predict(byte[] image) throws IOException {
        return ask("pixel-llm/1 predict top=5 length=" + image.length, image);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /**
     * Asks again and again, each time on a new connection, and compares.
     *
     * @param place the daemon's
     * @param folder of questions
     * @param answers their folder
     * @param times how often
     * @param first which question comes first
     * @return how many answers were right
     */
    static int compare(Path place, Path folder, Path answers, int times, int first) throws IOException {
        List<Path> questions;
        try (Stream<Path> files = Files.list(folder)) {
            questions = files.sorted().toList();
        }
        int right = 0;
        for (int i = 0; i < times; i++) {
            Path question = questions.get((first + i) % questions.size());
            String name = question.getFileName().toString().replace(".pxi", "");
            try (DaemonCaller caller = at(place)) {
                Said said = caller.predict(Files.readAllBytes(question));
                if (said.word().equals("ok")
                        && isFile(said, "output_token", answers.resolve(name + ".output_token.pxi"))
                        && isFile(said, "logits_heatmap", answers.resolve(name + ".logits_heatmap.pxi"))) {
                    right++;
                }
            }
        }
        return right;
    }

    private static boolean isFile(Said said, String part, Path file) throws IOException {
        return Arrays.equals(said.parts().get(part), Files.readAllBytes(file));
    }
}
