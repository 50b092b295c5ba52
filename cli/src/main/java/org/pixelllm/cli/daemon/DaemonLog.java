package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import org.pixelllm.protocol.fault.Shown;
import org.pixelllm.pxvm.cartridge.Sha256;

/**
 * A daemon's log: lines with their times, and before them the file that was full.
 *
 * @param file that is written to
 */
record DaemonLog(Path file) {

    /** A file that has grown to this is kept as the one before, and a new one begun. */
    static final long MAX_BYTES = 256 << 10;

    private static final String STATE = "XDG_STATE_HOME";
    private static final int NAME_BYTES = 4;

    /** That of the daemon that a file names: each has one, and all lie in one folder. */
    static DaemonLog of(Path place, Map<String, String> environment) {
        String named = environment.getOrDefault(STATE, "");
        Path folder = Path.of(named).isAbsolute()
                ? Path.of(named)
                : Path.of(System.getProperty("user.home"), ".local", "state");
        byte[] hash = Sha256.of(place.toString().getBytes(StandardCharsets.UTF_8));
        String name = "daemon-" + HexFormat.of().formatHex(hash, 0, NAME_BYTES) + ".log";
        return new DaemonLog(folder.resolve("pixel-llm").resolve(name));
    }

    /** The file before. */
    Path before() {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    /** Checks that both, where they exist, are this user's. */
    void requireOwn() throws IOException {
        OwnFiles.require(file);
        OwnFiles.require(before());
    }

    /** Makes an empty file, readable by its user only, where there is none or a full one. */
    void prepare() throws IOException {
        requireOwn();
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (Files.exists(file) && Files.size(file) >= MAX_BYTES) {
            Files.move(file, before(), StandardCopyOption.ATOMIC_MOVE);
        }
        if (!Files.exists(file)) {
            Files.createFile(file, DaemonPlace.OWN);
        }
    }

    /** Adds a line. */
    void add(String words) throws IOException {
        prepare();
        Files.writeString(file, line(words), StandardOpenOption.APPEND);
    }

    /** A line with its time, in UTC. */
    static String line(String words) {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + Shown.line(words) + "\n";
    }
}
