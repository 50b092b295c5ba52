package org.pixelllm.cli.paths;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The files of this system as a process in another folder names them. Java cannot change its own folder, which all threads
 * have together; so a command that is run for another process gets paths that know theirs. They are shown as they were given,
 * and whoever reads or writes them needs to know nothing of it.
 */
public final class FolderFileSystem extends FileSystem {

    private final FileSystem system = FileSystems.getDefault();
    private final FolderProvider provider = new FolderProvider(this);
    private final Path folder;
    private final Consumer<Path> named;

    /**
     * For one process.
     *
     * @param folder absolute, where relative paths begin
     * @param named is told each path that is made of words, absolute and normalised
     */
    public FolderFileSystem(Path folder, Consumer<Path> named) {
        this.folder = folder;
        this.named = named;
    }

    FolderProvider files() {
        return provider;
    }

    /** The folder, as this system's path. */
    Path folder() {
        return folder;
    }

    /** A path of this system as one of these. */
    FolderPath of(Path path) {
        return path instanceof FolderPath its ? its : new FolderPath(this, path);
    }

    @Override
    public Path getPath(String first, String... more) {
        FolderPath path = of(system.getPath(first, more));
        named.accept(path.real().normalize());
        return path;
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        // There is nothing to close.
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return system.isReadOnly();
    }

    @Override
    public String getSeparator() {
        return system.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return system.getRootDirectories();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return system.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return system.supportedFileAttributeViews();
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        PathMatcher matcher = system.getPathMatcher(pattern);
        return path -> matcher.matches(FolderPath.plain(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return system.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("watching is for this process's own paths");
    }
}
