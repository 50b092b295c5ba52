package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.pixelllm.cli.terminal.UsageException;

/** A listening socket that only the user can open: it lies in a new folder that only the user can enter. */
final class DaemonSocket implements AutoCloseable {

    private static final String FOLDER = "pixel-llm-";
    private static final String NAME = "socket";

    /** Connections that the system keeps until they are taken. */
    private static final int BACKLOG = 1024;

    private final Path path;
    private final ServerSocketChannel channel;

    private DaemonSocket(Path path, ServerSocketChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Checks that other users can be kept out.
     *
     * @throws UsageException where the system has no permissions that say so
     */
    static void requirePermissions() {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            throw new UsageException(
                    "The daemon needs a socket that only its user can open, and this system has no POSIX permissions."
                            + " Use infer -i or serve-folder for many requests.");
        }
    }

    /** Starts to listen, where other users are kept out. */
    static DaemonSocket open() throws IOException {
        requirePermissions();
        Set<PosixFilePermission> own = PosixFilePermissions.fromString("rwx------");
        Path folder = Files.createTempDirectory(FOLDER, PosixFilePermissions.asFileAttribute(own));
        Path path = folder.resolve(NAME);
        try {
            if (!Files.getPosixFilePermissions(folder).equals(own)) {
                throw new UsageException(
                        folder + ": expected a folder that only its user can enter, but its file system ignores"
                                + " permissions. Name another folder with -Djava.io.tmpdir.");
            }
            return new DaemonSocket(path, listen(path));
        } catch (IOException | RuntimeException e) {
            remove(path);
            throw e;
        }
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException(path + ": cannot listen on this socket: " + e.getMessage() + ".", e);
        }
    }

    Path path() {
        return path;
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** Removes a socket and its folder, if this class made it. */
    static void remove(Path socket) throws IOException {
        Path folder = socket.getParent();
        if (folder == null
                || folder.getFileName() == null
                || !folder.getFileName().toString().startsWith(FOLDER)
                || !socket.getFileName().toString().equals(NAME)) {
            return;
        }
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(folder);
        } catch (FileSystemException e) {
            // Not ours, or not ours alone: left as it is.
        }
    }

    /** Stops listening, and removes the socket. */
    void end() throws IOException {
        channel.close();
        remove(path);
    }

    @Override
    public void close() throws IOException {
        end();
    }
}
