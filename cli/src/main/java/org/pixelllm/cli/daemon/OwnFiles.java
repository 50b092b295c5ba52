package org.pixelllm.cli.daemon;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.protocol.file.PxiFiles;

/**
 * Files by which a daemon and its clients meet may lie in a folder of all users: only what belongs to this user, and no other
 * user can write, is believed.
 */
final class OwnFiles {

    private static final String UNIX = "unix";
    private static final int OTHERS_WRITE = 0022;

    private OwnFiles() {}

    /**
     * Checks that nobody else can have put a file there. One that does not exist is nobody's.
     *
     * @throws UsageException where another user owns it or may write it, or where it is a link
     */
    static void require(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains(UNIX)) {
            return;
        }
        Map<String, Object> found;
        try {
            found = Files.readAttributes(file, UNIX + ":uid,mode,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
        long owner = ((Integer) found.getOrDefault("uid", -1)).longValue();
        if (owner != new UnixSystem().getUid()) {
            throw refused(file, "belongs to another user, number " + owner);
        }
        if (Boolean.TRUE.equals(found.get("isSymbolicLink"))) {
            throw refused(file, "is a link");
        }
        if (((Integer) found.getOrDefault("mode", 0) & OTHERS_WRITE) != 0) {
            throw refused(file, "can be written by other users");
        }
    }

    private static UsageException refused(Path file, String why) {
        return new UsageException(file + ": expected a file that only you can write, but it " + why + ". Set "
                + DaemonPlace.VARIABLE + " to a file in a folder of your own, or remove this one.");
    }
}
