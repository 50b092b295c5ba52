package org.pixelllm.protocol.file;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of this process, as a path such as {@code /dev/stdout} leads to one. What it stands for may be a regular file,
 * but that file is the caller's, opened as the caller wants it, and not to be replaced.
 *
 * @param path under {@code /dev/fd} or {@code /proc}
 * @param number the descriptor's
 */
record Descriptor(Path path, String number) {

    private static final String DEVICES = "/dev/fd";
    private static final String PROCESSES = "/proc/";
    private static final String DESCRIPTORS = "/fd";

    /** The descriptor that a path leads to, or null. */
    static @Nullable Descriptor of(Path file) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        for (int i = 0; i < WholeFile.MAX_LINKS; i++) {
            Path folder = path.getParent();
            String number = String.valueOf(path.getFileName());
            if (folder != null && isNumber(number) && hasDescriptors(folder.toString())) {
                return new Descriptor(path, number);
            }
            if (!Files.isSymbolicLink(path)) {
                return null;
            }
            path = path.resolveSibling(Files.readSymbolicLink(path)).normalize();
        }
        return null;
    }

    private static boolean hasDescriptors(String folder) {
        if (folder.equals(DEVICES)) {
            return true;
        }
        if (!folder.startsWith(PROCESSES) || !folder.endsWith(DESCRIPTORS)) {
            return false;
        }
        String process = folder.substring(PROCESSES.length(), folder.length() - DESCRIPTORS.length());
        return process.equals("self")
                || process.equals("thread-self")
                || process.equals(String.valueOf(ProcessHandle.current().pid()));
    }

    private static boolean isNumber(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    void write(PxiFiles.ChannelWriter writer) throws IOException {
        // To open a descriptor's path again would begin at the start of its file; these two are open already.
        FileDescriptor open = switch (number) {
            case "1" -> FileDescriptor.out;
            case "2" -> FileDescriptor.err;
            default -> null;
        };
        if (open != null) {
            writer.writeTo(new FileOutputStream(open).getChannel()); // not closed: others write to it too
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            writer.writeTo(channel);
        }
    }
}
