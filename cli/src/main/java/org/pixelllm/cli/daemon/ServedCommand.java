package org.pixelllm.cli.daemon;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.paths.FolderFileSystem;
import org.pixelllm.cli.terminal.Caller;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.OutputException;
import org.pixelllm.cli.terminal.Screen;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;

/**
 * One command line of another process, run here on the model that is open. It is the very command that the process would run:
 * only its streams, its folder and its model are others. What it must run itself is declined, before anything of it is done.
 */
final class ServedCommand implements Caller {

    /** The commands that are run for others. */
    static final Set<String> NAMES = Set.of("infer", "generate", "look", "profile");

    /** Below these a name means something else in each process. */
    private static final Path[] OWN = {Path.of("/dev"), Path.of("/proc")};

    private final DaemonServer server;
    private final DaemonStream stream;
    private final CommandRequest request;
    private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(1);
    private final AtomicReference<@Nullable Runnable> watcher = new AtomicReference<>();

    private String name = "";
    private volatile @Nullable String declined; // why the process must run it itself
    private volatile @Nullable String lost; // why its standard output takes no more
    private volatile @Nullable String ended; // why the daemon gives it up
    private volatile boolean toldLost;
    private volatile boolean stopped;
    private volatile boolean gone;
    private volatile boolean spoken;

    /** What the process has said on being asked. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Heard(DaemonHeader header, byte[] bytes) {}

    ServedCommand(DaemonServer server, DaemonStream stream, CommandRequest request) {
        this.server = server;
        this.stream = stream;
        this.request = request;
    }

    /** Runs it to its end, and says how it ended. */
    void run() throws IOException {
        int code = 0;
        if (decline() == null) {
            send(new DaemonHeader("begun"));
            code = code();
            server.note(name, code);
        }
        String why = declined;
        if (why != null && !spoken) {
            send(new DaemonHeader("declined", "length", bytes(why).length), bytes(why));
            return;
        }
        if (ended != null) {
            say("err", bytes("pixel-llm: The daemon ended: " + ended + ". Run the command again.\n"));
            code = ExitCode.TRY_AGAIN.code();
        }
        send(new DaemonHeader("exit", "code", code));
    }

    private @Nullable String decline() throws IOException {
        if (server.hasChanged()) {
            declined = "the daemon ends";
        } else if (!request.isOf(server)) {
            declined = "it is of another checkout, or of a process with other habits";
        }
        return declined;
    }

    private int code() {
        FolderFileSystem files = new FolderFileSystem(request.folder(), this::requireShared);
        Screen screen = new Screen(request.variables(), this::columns);
        boolean colours = screen.colours() != Screen.Colours.NONE;
        Terminal terminal = new Terminal(
                new Input(),
                new PrintStream(new Output("out"), true, StandardCharsets.UTF_8),
                new PrintStream(new Output("err"), true, StandardCharsets.UTF_8),
                request.shows() && colours,
                request.reports() && !screen.isDumb(),
                files.getPath(""),
                files.getPath(request.home().toString()),
                screen,
                this);
        return server.program.runner().run(terminal, request.arguments());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RuntimeException declined(String why) {
        declined = why;
        return new IllegalStateException("declined: " + why);
    }

    private void requireShared(Path path) {
        for (Path own : OWN) {
            if (path.startsWith(own)) {
                throw declined(path + " is the process's own");
            }
        }
    }

    @Override
    public boolean asks() {
        return request.asks();
    }

    @Override
    public boolean shows() {
        return request.shows();
    }

    @Override
    public void admit(String command) {
        name = command;
        if (!NAMES.contains(command)) {
            throw declined(command + " is not run for others");
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // The command closes it.
    @MustBeClosed
    @Override
    public PixelLlm open(Path cartridge, ExecutorChoice choice) {
        String why = server.otherModel(cartridge, choice);
        if (why != null) {
            throw declined(why);
        }
        return server.model.lend(cartridge.toString(), () -> stopped);
    }

    @Override
    public Watch watch(Runnable request, long milliseconds) {
        watcher.set(request);
        if (gone || ended != null) {
            interrupt();
        }
        return () -> watcher.set(null);
    }

    /** Tells the command to end early; one that does not listen ends at its next step. */
    private void interrupt() {
        Runnable listening = watcher.getAndSet(null);
        if (listening != null) {
            listening.run();
        } else {
            stopped = true;
        }
    }

    /** Gives it up. */
    void end(String why) {
        ended = why;
        interrupt();
        wake();
    }

    /** Reads what the process says until it leaves. */
    void listen() throws IOException {
        try {
            while (hear()) {
                // read on
            }
        } finally {
            gone = true;
            interrupt();
            wake();
        }
    }

    private boolean hear() throws IOException {
        DaemonHeader header = stream.headerAtLeisure();
        if (header == null) {
            return false;
        }
        header.allow("length", "count");
        int length = header.number("length", 0);
        if (length > DaemonLimits.FRAME_BYTES) {
            throw DaemonRefusal.malformed("at most " + DaemonLimits.FRAME_BYTES + " bytes", String.valueOf(length));
        }
        byte[] bytes = stream.bytes(length);
        switch (header.word()) {
            case "interrupt" -> {
                boolean listens = watcher.get() != null;
                interrupt();
                return listens; // else its process ends at once, as it would by itself
            }
            case "lost" -> lost = new String(bytes, StandardCharsets.UTF_8);
            case "input", "unreadable", "columns", "synced" -> {
                if (!heard.offer(new Heard(header, bytes))) {
                    throw DaemonRefusal.malformed("what was asked for", '"' + header.word() + '"');
                }
            }
            default -> throw DaemonRefusal.malformed("what a process says", '"' + header.word() + '"');
        }
        return true;
    }

    private void wake() {
        heard.offer(new Heard(new DaemonHeader("gone"), new byte[0]));
    }

    /** Asks the process, and waits for what it says; null where it is gone. */
    private @Nullable Heard ask(String word) throws IOException {
        if (declined != null || ended != null || gone) {
            return null;
        }
        send(new DaemonHeader(word));
        try {
            Heard answer = heard.take();
            return answer.header.word().equals("gone") ? null : answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void say(String word, byte[] bytes) throws IOException {
        send(new DaemonHeader(word, "length", bytes.length), bytes);
    }

    private void send(DaemonHeader header, byte... bytes) throws IOException {
        stream.writeAtLeisure(header, bytes);
    }

    private int columns() {
        try {
            Heard answer = ask("columns");
            return answer == null ? 0 : answer.header.number("count", 0);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void settle() {
        try {
            if (declined == null && ended == null && ask("sync") == null) {
                throw new OutputException(new IOException("its process has ended"));
            }
        } catch (IOException e) {
            throw new OutputException(e);
        }
        requireOutput();
    }

    /** Says once that the output is lost: what is printed after that is lost without a word. */
    private void requireOutput() {
        String why = lost;
        if (why != null && !toldLost) {
            toldLost = true;
            throw new OutputException(new IOException(why));
        }
    }

    /** The process's standard input, of which as much is fetched as is read. */
    private final class Input extends InputStream {

        private byte[] some = {};
        private int at;
        private boolean over;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, to.length);
            if (at == some.length && !over && length > 0) {
                fetch();
            }
            int count = Math.min(length, some.length - at);
            System.arraycopy(some, at, to, from, count);
            at += count;
            return count == 0 && length > 0 ? -1 : count;
        }

        private void fetch() throws IOException {
            Heard answer = ask("input");
            if (answer != null && answer.header.word().equals("unreadable")) {
                throw new IOException(new String(answer.bytes, StandardCharsets.UTF_8));
            }
            some = answer == null ? new byte[0] : answer.bytes;
            at = 0;
            over = some.length == 0;
        }
    }

    /** One of the process's other streams. */
    private final class Output extends OutputStream {

        private final String word;
        private final boolean standard;

        Output(String word) {
            this.word = word;
            this.standard = word.equals("out");
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            if (declined != null) {
                return;
            }
            if (standard) {
                requireOutput();
            }
            spoken = true;
            try {
                stream.writeAtLeisure(new DaemonHeader(word, "length", length), bytes, from, length);
            } catch (IOException e) {
                if (standard) { // on standard error nothing that could be done about it
                    throw new OutputException(e);
                }
            }
        }
    }
}
