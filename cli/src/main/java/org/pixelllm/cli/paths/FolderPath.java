package org.pixelllm.cli.paths;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path that knows the folder in which it begins. */
final class FolderPath implements Path {

    private final FolderFileSystem system;
    private final Path path; // of the default file system, as it was given

    FolderPath(FolderFileSystem system, Path path) {
        this.system = system;
        this.path = path;
    }

    /** As this process's own path, which means something else where it is relative. */
    static Path plain(Path path) {
        return path instanceof FolderPath its ? its.path : path;
    }

    /** Where it leads: a path of the default file system. */
    Path real() {
        return system.folder().resolve(path);
    }

    private Path of(Path other) {
        return system.of(other);
    }

    private @Nullable Path ofNullable(@Nullable Path other) {
        return other == null ? null : system.of(other);
    }

    @Override
    public FileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return path.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return ofNullable(path.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return ofNullable(path.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return ofNullable(path.getParent());
    }

    @Override
    public int getNameCount() {
        return path.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return of(path.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return of(path.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return path.startsWith(plain(other));
    }

    @Override
    public boolean startsWith(String other) {
        return path.startsWith(other); // no words of a process: not to be told as such
    }

    @Override
    public boolean endsWith(Path other) {
        return path.endsWith(plain(other));
    }

    @Override
    public boolean endsWith(String other) {
        return path.endsWith(other);
    }

    @Override
    public Path normalize() {
        return of(path.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return of(path.resolve(plain(other)));
    }

    @Override
    public Path resolve(String other) {
        return of(path.resolve(other));
    }

    @Override
    public Path resolveSibling(Path other) {
        return of(path.resolveSibling(plain(other)));
    }

    @Override
    public Path resolveSibling(String other) {
        return of(path.resolveSibling(other));
    }

    @Override
    public Path relativize(Path other) {
        return of(path.relativize(plain(other)));
    }

    @Override
    public URI toUri() {
        return real().toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return path.isAbsolute() ? this : of(real());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return system.files().realPath(this, options);
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
            throws IOException {
        return real().register(watcher, events, modifiers);
    }

    @Override
    public int compareTo(Path other) {
        return path.compareTo(plain(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FolderPath its && system.folder().equals(its.system.folder()) && path.equals(its.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
