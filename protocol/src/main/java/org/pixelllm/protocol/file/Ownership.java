package org.pixelllm.protocol.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Owner, group and permissions of a file, which the file that takes its place keeps. By their numbers: to ask for the names
 * of a user and of a group costs a fresh process more than to write a small file.
 */
final class Ownership {

    private static final String VIEW = "unix";
    private static final String OWNER = VIEW + ":uid";
    private static final String GROUP = VIEW + ":gid";
    private static final String MODE = VIEW + ":mode";

    private static final int PERMISSIONS = 0777;
    private static final int GROUP_PERMISSIONS = 0070;

    private Ownership() {}

    /**
     * The owner can be kept by root alone; a group that cannot be kept loses its permissions rather than give them to another.
     *
     * @param to readable by nobody else until now
     */
    static void keep(Path from, Path to) throws IOException {
        if (!from.getFileSystem().supportedFileAttributeViews().contains(VIEW)) {
            return;
        }
        Map<String, Object> kept = Files.readAttributes(from, VIEW + ":uid,gid,mode");
        Map<String, Object> made = Files.readAttributes(to, VIEW + ":uid,gid,mode");
        int permissions = (Integer) Objects.requireNonNull(kept.get("mode")) & PERMISSIONS;
        if (!Objects.equals(kept.get("gid"), made.get("gid"))) {
            try {
                Files.setAttribute(to, GROUP, kept.get("gid"));
            } catch (IOException e) {
                permissions &= ~GROUP_PERMISSIONS;
            }
        }
        if (!Objects.equals(kept.get("uid"), made.get("uid"))) {
            try {
                Files.setAttribute(to, OWNER, kept.get("uid"));
            } catch (IOException e) {
                // Only root gives files away; the file is now the writer's.
            }
        }
        Files.setAttribute(to, MODE, permissions);
    }
}
