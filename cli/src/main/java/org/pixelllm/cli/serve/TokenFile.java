package org.pixelllm.cli.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.pixelllm.cli.terminal.UsageException;

/** The file with the token of a service, which nobody but its user may read. */
final class TokenFile {

    private static final int RANDOM_BYTES = 24;
    private static final int MAX_BYTES = 4096;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{16,512}");
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private TokenFile() {}

    /** The token of a file; where there is no such file, one is made with a token that nobody can guess. */
    static String read(Path file) throws IOException {
        if (Files.notExists(file)) {
            make(file);
        }
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--token-file: expected a file, found another thing at " + file + ".");
        }
        requireOwn(file);
        String token;
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // the whole file
            }
            token = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        }
        if (!TOKEN.matcher(token).matches()) {
            throw new UsageException("--token-file: expected 16 to 512 letters, digits and . _ ~ + / = - in " + file
                    + ", found something else. Delete it, and a new one is made.");
        }
        return token;
    }

    private static void make(Path file) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] rights =
                posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWN)} : new FileAttribute<?>[0];
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), rights)) {
            channel.write(ByteBuffer.wrap((token + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (FileAlreadyExistsException e) {
            // made in the meantime: it is read
        }
    }

    private static void requireOwn(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
            if (!OWN.containsAll(rights)) {
                throw new UsageException("--token-file: expected rights rw------- of " + file + ", found "
                        + PosixFilePermissions.toString(rights) + ": others could read the token. Use chmod 600.");
            }
        }
    }
}
