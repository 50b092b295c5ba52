package org.pixelllm.cli.paths;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hands each call on to this system's own files, and says of a fault which path it is of in the caller's words. */
final class FolderProvider extends FileSystemProvider {

    private final FileSystemProvider files = FileSystems.getDefault().provider();
    private final FolderFileSystem system;

    FolderProvider(FolderFileSystem system) {
        this.system = system;
    }

    /** A call that may fail. */
    @FunctionalInterface
    private interface Call<T> {
        T get() throws IOException;
    }

    private static Path real(Path path) {
        return path instanceof FolderPath its ? its.real() : path;
    }

    private static <T> T call(Path path, Call<T> call) throws IOException {
        try {
            return call.get();
        } catch (FileSystemException e) {
            throw real(path).toString().equals(e.getFile()) ? named(path, e) : e;
        }
    }

    /** A call that returns nothing. */
    private static void run(Path path, Action action) throws IOException {
        call(path, () -> {
            action.run();
            return Boolean.TRUE;
        });
    }

    /** What {@link #run} does. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private static FileSystemException named(Path path, FileSystemException e) {
        String file = path.toString();
        FileSystemException named = switch (e) {
            case NoSuchFileException none -> new NoSuchFileException(file, e.getOtherFile(), e.getReason());
            case AccessDeniedException denied -> new AccessDeniedException(file, e.getOtherFile(), e.getReason());
            case FileAlreadyExistsException exists -> new FileAlreadyExistsException(
                    file, e.getOtherFile(), e.getReason());
            case AtomicMoveNotSupportedException move -> new AtomicMoveNotSupportedException(
                    file, e.getOtherFile(), e.getReason());
            case DirectoryNotEmptyException full -> new DirectoryNotEmptyException(file);
            case NotDirectoryException plain -> new NotDirectoryException(file);
            case NotLinkException plain -> new NotLinkException(file, e.getOtherFile(), e.getReason());
            case FileSystemLoopException loop -> new FileSystemLoopException(file);
            default -> new FileSystemException(file, e.getOtherFile(), e.getReason());
        };
        named.initCause(e);
        return named;
    }

    Path realPath(FolderPath path, LinkOption... options) throws IOException {
        return system.of(call(path, () -> path.real().toRealPath(options)));
    }

    @Override
    public String getScheme() {
        return files.getScheme();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("there is one for each process");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        return system.of(files.getPath(uri));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return call(path, () -> files.newByteChannel(real(path), options, attributes));
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return call(path, () -> files.newFileChannel(real(path), options, attributes));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> stream = call(
                folder, () -> files.newDirectoryStream(real(folder), each -> filter.accept(named(folder, each))));
        return new DirectoryStream<>() {

            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> all = stream.iterator();
                return new Iterator<>() {

                    @Override
                    public boolean hasNext() {
                        return all.hasNext();
                    }

                    @Override
                    public Path next() {
                        return named(folder, all.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    /** A file of a folder, after that folder's own name. */
    private static Path named(Path folder, Path file) {
        return folder.resolve(file.getFileName());
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        run(folder, () -> files.createDirectory(real(folder), attributes));
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        run(link, () -> files.createSymbolicLink(real(link), FolderPath.plain(target), attributes));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        run(link, () -> files.createLink(real(link), real(existing)));
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return system.of(call(link, () -> files.readSymbolicLink(real(link))));
    }

    @Override
    public void delete(Path path) throws IOException {
        run(path, () -> files.delete(real(path)));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        run(from, () -> files.copy(real(from), real(to), options));
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        run(from, () -> files.move(real(from), real(to), options));
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return call(one, () -> files.isSameFile(real(one), real(other)));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return call(path, () -> files.isHidden(real(path)));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return call(path, () -> files.getFileStore(real(path)));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        run(path, () -> files.checkAccess(real(path), modes));
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return call(path, () -> files.readAttributes(real(path), type, options));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
            throws IOException {
        return call(path, () -> files.readAttributes(real(path), attributes, options));
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        run(path, () -> files.setAttribute(real(path), attribute, value, options));
    }
}
