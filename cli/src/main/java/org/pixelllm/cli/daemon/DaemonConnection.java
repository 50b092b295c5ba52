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
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.serve.QueueEndedException;
import org.pixelllm.engine.serve.QueueFullException;
import org.pixelllm.engine.serve.RequestQueue;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngLimits;

/** One client: its requests, one after another. */
final class DaemonConnection implements Runnable {

    /** In messages, in place of a file's name. */
    private static final String INPUT = "<input>";

    private static final long FINISH_MILLIS = 2000;

    private final DaemonServer server;
    private final DaemonStream stream;
    private final Consumer<DaemonConnection> whenClosed;
    private volatile boolean busy;
    private volatile @Nullable ServedCommand command;

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
            // The connection is over either way.
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
            // The client is gone or was too slow: nobody would read an error.
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
                return false; // as if the daemon had already stopped, which it does in a moment
            }
            busy = true;
            if (header.word().equals("run")) {
                return runCommand(header);
            }
            reply = reply(header);
        } catch (DaemonRefusal e) {
            reply = new DaemonReply.Refused(e.code(), "pixel-llm: " + e.getMessage() + "\n");
            readable = false;
        } catch (PxiException e) {
            reply = refusal(e);
        } catch (RuntimeException e) {
            reply = refusal(e);
        } catch (OutOfMemoryError | StackOverflowError e) {
            reply = refusal(new IllegalStateException(e)); // of this request: the others go on
        }
        stream.write(reply.bytes());
        busy = false;
        if (!readable) {
            stream.finish(FINISH_MILLIS);
        } else if (isStop(header)) {
            server.end("on request");
        }
        return readable;
    }

    /** Gives up the command that runs, if one does. */
    void giveUp(String why) {
        ServedCommand running = command;
        if (running != null) {
            running.end(why);
        }
    }

    /**
     * Runs a command for the process at the other end, in a thread that may compute for long, while this one listens. It is
     * the last request of its connection.
     */
    private boolean runCommand(DaemonHeader header) throws IOException {
        int length = header.number("length");
        if (length > DaemonLimits.COMMAND_BYTES) {
            throw DaemonRefusal.malformed(
                    "a command line of at most " + DaemonLimits.COMMAND_BYTES + " bytes", String.valueOf(length));
        }
        ServedCommand running = new ServedCommand(server, stream, CommandRequest.parse(header, stream.bytes(length)));
        stream.stopTime();
        if (!server.beginCommand()) {
            throw new TryAgainException("The daemon is busy: too many commands run. Run this one without it.");
        }
        command = running;
        Thread thread = Thread.ofPlatform().daemon().name("command").start(() -> run(running));
        try {
            running.listen();
        } finally {
            close(); // it has left, or breaks the rules
            awaitEnd(thread);
        }
        return false;
    }

    private void run(ServedCommand running) {
        try {
            running.run();
            stream.leave(FINISH_MILLIS);
        } catch (IOException | RuntimeException | Error e) {
            close(); // its process is gone, or must run the command itself
        } finally {
            server.endCommand();
            busy = false;
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isStop(@Nullable DaemonHeader header) {
        return header != null && header.word().equals("stop");
    }

    /** The exit code and message of a command that fails in this way. */
    static DaemonReply refusal(Exception e) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
        Terminal terminal =
                new Terminal(new ByteArrayInputStream(new byte[0]), err, err, false, false, Path.of(""), Path.of(""));
        ExitCode code = Failures.report(terminal, e, false);
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
            default -> throw DaemonRefusal.malformed("predict, run, status or stop", '"' + header.word() + '"');
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
        stream.stopTime();
        RequestQueue.Answered answered = answer(tokens, top);
        Answer answer = answered.answer();
        Map<String, String> provenance = answered.model().provenance(answer);
        String notes = server.notes.get() + (answer.isShortened() ? ConsoleText.shortened(answer) + "\n" : "");
        Map<String, byte[]> parts = new LinkedHashMap<>();
        parts.put("output_token", answer.prediction(top, INPUT).toPng(provenance));
        parts.put("logits_heatmap", answer.heatmap().toPng(provenance));
        parts.put("notes", notes.getBytes(StandardCharsets.UTF_8));
        return new DaemonReply.Ok(parts);
    }

    private RequestQueue.Answered answer(TokenImage tokens, int top) throws IOException, InterruptedException {
        try {
            return server.queue.ask(tokens, INPUT, top);
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
            InferCommand.checkTop(server.model.get(), top); // before the image is decoded, as the command does
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
