package org.pixelllm.cli.daemon;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.InferCommand;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Shown;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.serve.QueueEndedException;
import org.pixelllm.engine.serve.QueueFullException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngLimits;

/** One client: its requests, one after another. */
final class DaemonConnection implements Runnable {

    /** Stands in messages where a command names its file. */
    private static final String INPUT = "<input>";

    private static final long FINISH_MILLIS = 2000;

    private final DaemonServer server;
    private final DaemonStream stream;
    private final Consumer<DaemonConnection> whenClosed;
    private volatile boolean busy;

    DaemonConnection(DaemonServer server, DaemonStream stream, Consumer<DaemonConnection> whenClosed) {
        this.server = server;
        this.stream = stream;
        this.whenClosed = whenClosed;
    }

    /** Whether a request has come that is not answered yet. */
    boolean isBusy() {
        return busy;
    }

    boolean isLate() {
        return stream.isLate();
    }

    /** Ends it, whatever it waits for. */
    void close() {
        try {
            stream.close();
        } catch (IOException e) {
            // It is of no use any more, closed well or not.
        }
    }

    @Override
    public void run() {
        try {
            boolean open = true;
            while (open) {
                open = answerOne();
            }
        } catch (IOException e) {
            // The client is gone or was too slow: there is nobody to tell.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            busy = false;
            close();
            whenClosed.accept(this);
        }
    }

    /** Whether the connection goes on. */
    private boolean answerOne() throws IOException, InterruptedException {
        DaemonHeader header = null;
        DaemonReply reply;
        boolean readable = true;
        try {
            header = stream.header();
            if (header == null || (header.word().equals("status") && server.hasChanged())) {
                return false; // as if nobody listened any more, which is so in a moment
            }
            busy = true;
            reply = reply(header);
        } catch (DaemonRefusal e) {
            reply = new DaemonReply.Refused(e.code(), "pixel-llm: " + e.getMessage() + "\n");
            readable = false;
        } catch (PxiException e) {
            reply = refusal(e);
        } catch (RuntimeException e) {
            reply = refusal(e);
        }
        stream.write(reply.bytes());
        busy = false;
        if (!readable) {
            stream.finish(FINISH_MILLIS);
        } else if (isStop(header)) {
            server.end("as asked");
        }
        return readable;
    }

    private static boolean isStop(@Nullable DaemonHeader header) {
        return header != null && header.word().equals("stop");
    }

    /** Code and words of the command that fails so. */
    static DaemonReply refusal(Exception e) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
        Terminal terminal =
                new Terminal(new ByteArrayInputStream(new byte[0]), err, err, false, false, Path.of(""), Path.of(""));
        int code = Failures.report(terminal, e, false);
        return new DaemonReply.Refused(code, said.toString(StandardCharsets.UTF_8));
    }

    private DaemonReply reply(DaemonHeader header) throws IOException, InterruptedException {
        return switch (header.word()) {
            case "predict" -> predict(header);
            case "status" -> {
                requireEmpty(header);
                byte[] json = Json.text(server.status()).getBytes(StandardCharsets.UTF_8);
                yield new DaemonReply.Ok(Map.of("status", json));
            }
            case "stop" -> {
                requireEmpty(header);
                yield DaemonReply.ok();
            }
            default -> throw DaemonRefusal.malformed("predict, status or stop", '"' + header.word() + '"');
        };
    }

    private static void requireEmpty(DaemonHeader header) throws DaemonRefusal {
        header.allow("length");
        if (header.number("length", 0) != 0) {
            throw DaemonRefusal.malformed(header.word() + " with length=0", "another length");
        }
    }

    private DaemonReply predict(DaemonHeader header) throws IOException, InterruptedException {
        header.allow("top", "length");
        int top = header.number("top", PredictionImage.DEFAULT_K);
        TokenImage tokens = tokens(header.number("length"), top);
        tokens.requireVocabulary(server.model.vocabulary(), INPUT);
        stream.stopTime();
        Answer answer = answer(tokens, top);
        Map<String, String> provenance = server.model.provenance(answer);
        String notes = server.notes + (answer.isShortened() ? Shown.shortened(answer) + "\n" : "");
        Map<String, byte[]> parts = new LinkedHashMap<>();
        parts.put("output_token", answer.prediction(top).toPng(provenance));
        parts.put("logits_heatmap", answer.heatmap().toPng(provenance));
        parts.put("notes", notes.getBytes(StandardCharsets.UTF_8));
        return new DaemonReply.Ok(parts);
    }

    private Answer answer(TokenImage tokens, int top) throws InterruptedException {
        try {
            return server.queue.ask(tokens, top);
        } catch (QueueFullException e) {
            throw new TryAgainException("The daemon is busy: " + e.waiting() + " requests wait. Ask again.");
        } catch (QueueEndedException e) {
            throw new TryAgainException("The daemon ends: " + e.getMessage() + ". Ask again.");
        }
    }

    private TokenImage tokens(int length, int top) throws IOException, InterruptedException {
        if (length > PxiFiles.MAX_IMAGE_FILE_BYTES) {
            throw new DaemonRefusal(
                    ExitCode.BAD_DATA,
                    INPUT + ": file: expected at most " + PxiFiles.MAX_IMAGE_FILE_BYTES + " bytes, found " + length
                            + " bytes, over the limit. Is this the image you meant? One so large is not read here.");
        }
        if (!server.imageBytes.tryAcquire(length)) {
            throw new DaemonRefusal(ExitCode.TRY_AGAIN, "The daemon is busy with large images. Ask again.");
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(stream.bytes(length));
            stream.stopTime();
            InferCommand.checkTop(server.model, top); // before the image is looked at, as the command does
            server.decoders.acquire();
            try {
                return TokenImage.decode(PngDecoder.decode(bytes, INPUT, PngLimits.PROTOCOL), INPUT);
            } finally {
                server.decoders.release();
            }
        } finally {
            server.imageBytes.release(length);
        }
    }
}
