package org.pixelllm.cli.storage;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;

/**
 * Guards what a command replaces: never a file that it reads, by whatever name, and a model only where it was told to. Every
 * command that writes asks here before it writes.
 */
public final class Targets {

    /** The option that allows to replace a model. */
    public static final String FORCE = "--force";

    private final Map<Object, Path> inputs = new HashMap<>(); // by what tells one file from another

    /** The option that {@link #FORCE} names. */
    public static Command.Value<Boolean> forceFlag(Command command) {
        return command.flag("Replace the file of -o if there is one.", FORCE);
    }

    /** Where to say that this file was written: not on standard output where the file is that itself. */
    public static PrintStream words(Command command, Path output) {
        return output.startsWith("/dev") || output.startsWith("/proc")
                ? command.terminal.err()
                : command.terminal.out();
    }

    /** Guards these files, which a command reads; those that are null or do not exist need no guard. */
    public static Targets of(@Nullable Path... inputs) {
        Targets targets = new Targets();
        for (Path input : inputs) {
            targets.guard(input);
        }
        return targets;
    }

    /** Guards these files too. */
    public Targets and(Collection<Path> files) {
        files.forEach(this::guard);
        return this;
    }

    private void guard(@Nullable Path input) {
        Object key = input == null ? null : key(input);
        if (key != null) {
            inputs.putIfAbsent(key, input);
        }
    }

    /** The same for every path, link or hard link to a regular file; null where there is none. */
    private static @Nullable Object key(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                return null;
            }
            Object key = attributes.fileKey();
            return key == null ? file.toRealPath() : key;
        } catch (IOException e) {
            return null; // nothing there that could be lost
        }
    }

    /**
     * Checks a file that is to be written.
     *
     * @throws UsageException where it is one that is read
     */
    public void require(Path output) {
        Object key = key(output);
        Path input = key == null ? null : inputs.get(key);
        if (input != null) {
            String which = input.equals(output) ? "" : ", the same file as " + input;
            throw new UsageException(
                    output + which + ", is read and would be replaced: it is not written." + " Choose another output.");
        }
    }

    /**
     * The same, for a command that may also hit a model that is no business of its own.
     *
     * @param force whether a model may be replaced
     * @throws UsageException where the file is read, or is a model and may not be replaced
     */
    public void requireNoModel(Path output, boolean force) throws PxiException {
        require(output);
        if (!force && key(output) != null && Cartridge.isMappable(output)) {
            throw new UsageException(output + " is a model, and would be replaced. Choose another output, or give "
                    + FORCE + " to replace it.");
        }
    }

    /**
     * The same, for a command that makes a model: whatever it would replace.
     *
     * @param force whether a file may be replaced
     * @throws UsageException where the file is read, or exists and may not be replaced
     */
    public void requireNew(Path output, boolean force) {
        require(output);
        if (!force && key(output) != null) {
            throw new UsageException(
                    output + " exists already. Choose another output, or give " + FORCE + " to replace it.");
        }
    }
}
