package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.protocol.file.PxiFiles;

/**
 * Where the daemon of a checkout is found: a file of five lines that exists while it answers, a lock that it holds while it
 * runs, and where its log is.
 *
 * @param file the first of these
 */
record DaemonPlace(Path file) {

    /** The environment variable that names another file. */
    static final String VARIABLE = "PIXELLLM_DAEMON";

    /** Values of that variable that name no file. */
    private static final List<String> WORDS = List.of("off", "auto");

    private static final int LINES = 5;
    private static final int MAX_BYTES = 1 << 14;
    static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    static DaemonPlace of(Terminal terminal) {
        String named = System.getenv(VARIABLE);
        Path file = (named == null || named.isEmpty() || WORDS.contains(named)
                        ? terminal.home().resolve("cli").resolve("target").resolve("daemon")
                        : Path.of(named))
                .toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException(
                    file + ": the folder of this file, which names the daemon's socket, does not exist. Set " + VARIABLE
                            + " to a file in a folder that exists.");
        }
        return new DaemonPlace(file);
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    Path lock() {
        return beside(".lock");
    }

    /**
     * Checks that lock and log, where they exist, are this user's.
     *
     * @throws UsageException where they are not
     */
    void requireOwn() throws IOException {
        OwnFiles.require(file);
        OwnFiles.require(lock());
        log().requireOwn();
    }

    /** Its log, in the user's folder for such: a build folder may be removed at any time. */
    DaemonLog log() {
        return DaemonLog.of(file, System.getenv());
    }

    /** The state that a daemon, running or not, has written; null if there is none. */
    @Nullable
    DaemonState read() throws IOException {
        OwnFiles.require(file);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // read on
            }
            List<String> lines = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.size() < LINES
                    ? null
                    : new DaemonState(
                            Path.of(lines.get(0)),
                            Long.parseLong(lines.get(1)),
                            Path.of(lines.get(2)),
                            lines.get(3),
                            lines.get(4),
                            lines.size() > LINES ? lines.get(LINES) : "");
        } catch (NoSuchFileException | NumberFormatException | InvalidPathException e) {
            return null;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    /** Writes it as a whole, readable by its user only. */
    void write(DaemonState state) throws IOException {
        String text = String.join(
                        "\n",
                        state.socket().toString(),
                        String.valueOf(state.pid()),
                        state.cartridge().toString(),
                        state.executor(),
                        state.threads(),
                        state.memory())
                + "\n";
        Path whole = beside(".new");
        Files.deleteIfExists(whole);
        try (SeekableByteChannel channel =
                Files.newByteChannel(whole, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWN)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes it, if it is still the one that was written. */
    void remove(DaemonState state) throws IOException {
        if (state.equals(read())) {
            Files.deleteIfExists(file);
        }
    }

    /** Removes what a killed daemon left. The caller must hold the lock. */
    void clear() throws IOException {
        DaemonState left = read();
        if (left != null) {
            DaemonSocket.remove(left.socket());
        }
        Files.deleteIfExists(file);
    }
}
