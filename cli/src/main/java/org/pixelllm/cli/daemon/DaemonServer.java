package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.FileSnapshot;
import org.pixelllm.cli.terminal.Durations;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.engine.serve.RequestQueue;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.FileState;

/** Accepts connections, each in its own thread, and watches over them, until there is a reason to stop. */
final class DaemonServer {

    private static final long TICK_MILLIS = 100;

    final CurrentModel model;
    final RequestQueue queue;
    final DaemonProgram program;
    final Supplier<String> notes; // what the command would print on standard error about this model
    final Semaphore imageBytes = new Semaphore(DaemonLimits.IMAGE_BYTES);
    final Semaphore decoders = new Semaphore(DaemonLimits.DECODERS);

    private final DaemonState state;
    private final FileSnapshot files;
    private final FileSnapshot place = new FileSnapshot();
    private final DaemonLimits limits;
    private final Consumer<String> log;
    private final double idleMinutes;
    private final long start = System.nanoTime();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final Semaphore commands;
    private final AtomicLong served = new AtomicLong();
    private volatile long lastCommand = System.nanoTime();
    private final Set<DaemonConnection> connections = ConcurrentHashMap.newKeySet();

    /**
     * Creates one; {@link #serve} answers.
     *
     * @param state sent to clients
     * @param program what it is
     * @param files that the program comes from
     * @param notes what the command would print on standard error about this model
     * @param log receives what happens, a line each
     * @param idleMinutes without a request, after which it ends
     */
    DaemonServer(
            CurrentModel model,
            DaemonState state,
            DaemonProgram program,
            FileSnapshot files,
            Supplier<String> notes,
            DaemonLimits limits,
            Consumer<String> log,
            double idleMinutes) {
        this.model = model;
        this.state = state;
        this.program = program;
        this.files = files;
        this.notes = notes;
        this.limits = limits;
        this.commands = new Semaphore(limits.commands());
        this.log = log;
        this.idleMinutes = idleMinutes;
        this.queue = new RequestQueue(model, limits.waiting(), this::change, this::end);
    }

    /** Which of the files that the model and the program come from has changed for good; null where none has. */
    private @Nullable String change() {
        Path changed = files.changed();
        if (changed == null && hasLostItsFile(model.get())) {
            changed = model.get().cartridge().path();
        }
        return changed == null ? null : changed + " has changed";
    }

    /** A cartridge with another in its place is opened anew instead. */
    private static boolean hasLostItsFile(PixelLlm model) {
        return switch (model.cartridge().change()) {
            case NONE -> false;
            case OVERWRITTEN -> true;
            case REPLACED -> !Files.exists(model.cartridge().path());
        };
    }

    /** Watches the file by which clients find this daemon. */
    void watchPlace(Path file) throws UnreadableFileException {
        place.watch(file);
    }

    /** Asks it to stop. */
    void end(String why) {
        end.complete(why);
    }

    /**
     * Answers until it is to end.
     *
     * @param socket open; closed and removed by the caller
     * @return why it ended
     */
    String serve(ServerSocketChannel socket) throws InterruptedException {
        Thread.ofVirtual().start(() -> accept(socket));
        while (true) {
            try {
                return end.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                look();
            } catch (ExecutionException e) {
                throw new IllegalStateException("never", e);
            }
        }
    }

    /**
     * Refuses requests that wait, lets those being answered finish, and closes all connections.
     *
     * @return whether the model is at rest, so that it can be closed
     */
    boolean close(String why) throws InterruptedException {
        boolean rests = queue.end(why, limits.graceMillis());
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.graceMillis());
        awaitConnections(until);
        connections.forEach(each -> each.giveUp(why));
        awaitConnections(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.graceMillis()));
        connections.forEach(DaemonConnection::close);
        return rests;
    }

    private void awaitConnections(long until) throws InterruptedException {
        while (connections.stream().anyMatch(DaemonConnection::isBusy) && System.nanoTime() - until < 0) {
            Thread.sleep(1);
        }
    }

    /** Whether one more command may run; then {@link #endCommand} must follow. */
    boolean beginCommand() {
        return commands.tryAcquire();
    }

    /** Notes how a command ended where that is a fault of ours. */
    void note(String name, int code) {
        if (code == ExitCode.INTERNAL.code() || code == ExitCode.OUT_OF_MEMORY.code()) {
            log.accept("failed: " + name + ", " + ExitCode.of(code).words());
        }
    }

    void endCommand() {
        lastCommand = System.nanoTime();
        served.incrementAndGet();
        commands.release();
    }

    private int running() {
        return limits.commands() - commands.availablePermits();
    }

    private long idleNanos() {
        return running() > 0 ? 0 : Math.min(queue.idleNanos(), System.nanoTime() - lastCommand);
    }

    /**
     * Whether a command asks for another model than this one, which is renewed where its file was replaced.
     *
     * @return why; null where it asks for this one
     */
    @Nullable
    String otherModel(Path cartridge, ExecutorChoice choice) {
        if (!choice.equals(program.choice())) {
            return "it asks for another executor, number of threads or memory of sessions";
        }
        try {
            if (!cartridge.toRealPath().toString().equals(state.cartridge().toString())) {
                return "it asks for another cartridge";
            }
            if (model.isReplaced()) {
                model.renew();
                log.accept("opened anew: " + model.get().cartridge().path());
            }
            return model.get().cartridge().change() == FileState.Change.NONE ? null : "the cartridge has changed";
        } catch (IOException | RuntimeException e) {
            return "the cartridge cannot be opened";
        }
    }

    private void look() {
        connections.stream().filter(DaemonConnection::isLate).forEach(DaemonConnection::close);
        hasChanged();
        if (idleNanos() > idleMinutes * TimeUnit.MINUTES.toNanos(1)) {
            end("no request for " + Durations.words(60 * idleMinutes));
        }
    }

    /** Whether a file has changed, so that a new daemon would differ from this one. Then this one stops. */
    boolean hasChanged() {
        String change = change();
        Path moved = place.changed();
        if (change == null && moved != null) {
            change = moved + " has changed";
        }
        if (change != null) {
            end(change);
        }
        return change != null;
    }

    private void accept(ServerSocketChannel socket) {
        while (socket.isOpen()) {
            try {
                take(socket.accept());
            } catch (IOException e) {
                // The socket was closed; or there are too many files open, which passes.
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(TICK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(SocketChannel channel) throws IOException {
        if (connections.size() >= limits.connections()) {
            try (channel) {
                String why = "The daemon is busy: " + limits.connections() + " connections are open. Ask again.";
                channel.configureBlocking(false); // a few bytes fit, and a client that does not read is not waited for
                channel.write(
                        DaemonConnection.refusal(new TryAgainException(why)).bytes());
            }
            return;
        }
        DaemonConnection connection =
                new DaemonConnection(this, new DaemonStream(channel, limits.milliseconds()), connections::remove);
        connections.add(connection);
        Thread.ofVirtual().start(connection);
    }

    DaemonStatus status() {
        return new DaemonStatus(
                state.pid(),
                state.cartridge().toString(),
                "sha256:" + model.get().cartridge().digest(),
                model.get().executor().executor().name(),
                state.socket().toString(),
                (System.nanoTime() - start) / 1e9,
                idleMinutes,
                queue.answered() + served.get(),
                queue.waiting(),
                running(),
                PixelLlm.VERSION);
    }
}
