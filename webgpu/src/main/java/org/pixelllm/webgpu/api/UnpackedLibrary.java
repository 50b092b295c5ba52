package org.pixelllm.webgpu.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A copy of the library in the temp folder, as long as it takes to load it. Windows does not delete a library that is
 * loaded: that copy is removed by the next process that unpacks one, as is the copy of a process that was killed.
 */
final class UnpackedLibrary implements AutoCloseable {

    private static final String PREFIX = "pixel-llm-";

    private final Path copy;

    private UnpackedLibrary(Path copy) {
        this.copy = copy;
    }

    /**
     * Removes what ended processes have left, and unpacks.
     *
     * @param packed the library in a jar
     * @param file its name
     * @throws IOException where there is no room, or no temp folder
     */
    static UnpackedLibrary of(URL packed, String file) throws IOException {
        long process = ProcessHandle.current().pid();
        Path copy = Files.createTempFile(PREFIX + process + "-", "-" + file);
        UnpackedLibrary unpacked = new UnpackedLibrary(copy);
        try (InputStream from = packed.openStream()) {
            removeLeftovers(Objects.requireNonNull(copy.getParent()), file);
            Files.copy(from, copy, StandardCopyOption.REPLACE_EXISTING);
            return unpacked;
        } catch (IOException | RuntimeException | Error e) {
            unpacked.close();
            throw e;
        }
    }

    /** Where it is. */
    Path file() {
        return copy;
    }

    /** Removes the copies of ended processes: {@code pixel-llm-PROCESS-NUMBER-FILE}. */
    private static void removeLeftovers(Path folder, String file) {
        Pattern name = Pattern.compile(PREFIX + "(\\d+)-(\\d+-)?" + Pattern.quote(file));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path each : files) {
                Matcher matcher = name.matcher(each.getFileName().toString());
                if (matcher.matches() && !isRunning(matcher.group(1))) {
                    remove(each);
                }
            }
        } catch (IOException e) {
            // A temp folder that cannot be listed is no reason not to run.
        }
    }

    private static boolean isRunning(String process) {
        try {
            return ProcessHandle.of(Long.parseLong(process)).isPresent();
        } catch (NumberFormatException e) {
            return false; // too large for a process
        }
    }

    /** Does nothing where it fails: on Windows the library is in use, and elsewhere it may be another user's. */
    private static void remove(Path file) {
        boolean ignored = file.toFile().delete();
    }

    @Override
    public void close() {
        remove(copy);
    }
}
