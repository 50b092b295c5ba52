package org.pixelllm.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.server.answer.Served;

/** A service in this process, on a port of its own, with the golden cartridge. */
final class Running implements AutoCloseable {

    static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));
    static final Path GOLDEN = ROOT.resolve("cartridges/golden.pxi");
    static final ExecutorChoice CHOICE = new ExecutorChoice("simd", 1);

    final List<String> accessLog = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final Service service;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Running() throws IOException {
        this(each -> each);
    }

    Running(UnaryOperator<ServiceSettings> change) throws IOException {
        this(change, GOLDEN);
    }

    @SuppressWarnings("MustBeClosedChecker") // Closed with the service.
    Running(UnaryOperator<ServiceSettings> change, Path cartridge) throws IOException {
        ServiceSettings usual = ServiceSettings.local(0);
        ServiceSettings settings = change.apply(new ServiceSettings(
                usual.host(),
                0,
                usual.token(),
                usual.allowedHosts(),
                usual.allowedOrigins(),
                usual.wires(),
                usual.desk(),
                usual.grace(),
                path -> path.equals("index.html") ? "<!doctype html>".getBytes(StandardCharsets.UTF_8) : null,
                accessLog::add,
                log::add));
        CurrentModel model = new CurrentModel(() -> PixelLlm.open(cartridge, CHOICE));
        service = Service.start(
                settings, List.of(new Served("golden", model, settings.desk().requests(), log::add)));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }

    HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> ask(String path, String text, String... headers) throws IOException, InterruptedException {
        return post(path, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), headers);
    }

    HttpResponse<byte[]> post(String path, String type, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** The value of a figure of /metrics. */
    long figure(String name) throws IOException, InterruptedException {
        String text = new String(get("/metrics").body(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith("pixelllm_" + name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    /** A connection whose bytes the test writes itself. */
    Raw raw() throws IOException {
        return new Raw(service.port());
    }

    static final class Raw implements AutoCloseable {

        final Socket socket;
        final InputStream in;
        final OutputStream out;

        Raw(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(20_000);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        Raw send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return this;
        }

        /** A GET with headers. */
        Raw get(String path, String... headers) throws IOException {
            return send("GET " + path + " HTTP/1.1\r\n" + String.join("", lines(headers)) + "\r\n");
        }

        private static List<String> lines(String... headers) {
            List<String> lines = new ArrayList<>();
            for (String each : headers) {
                lines.add(each + "\r\n");
            }
            return lines;
        }

        @Nullable
        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            int next = in.read();
            while (next >= 0 && next != '\n') {
                line.append((char) next);
                next = in.read();
            }
            return next < 0 && line.isEmpty() ? null : line.toString().strip();
        }

        /** The status of the next response, whose body is read; 0 where the connection is closed without one. */
        int status() throws IOException {
            String first = line();
            if (first == null) {
                return 0;
            }
            int length = 0;
            for (String line = line(); line != null && !line.isEmpty(); line = line()) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).strip());
                }
            }
            in.readNBytes(length);
            return Integer.parseInt(first.split(" ", 3)[1]);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        service.close();
    }
}
