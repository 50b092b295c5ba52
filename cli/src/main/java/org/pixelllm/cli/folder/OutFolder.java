package org.pixelllm.cli.folder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.AnswerNames;
import org.pixelllm.cli.answer.QuestionName;
import org.pixelllm.cli.storage.AtomicMoves;
import org.pixelllm.cli.storage.ProcessLock;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.Sha256;

/**
 * The folder that a hot folder's answers go to. A question is first moved to {@code taken}, so that nobody replaces it
 * while it is answered, and from there to {@code answered}; a bad one goes to {@code rejected}. Locked by the process that
 * serves it.
 */
final class OutFolder implements AutoCloseable {

    private static final String PROBE = ".pixel-llm-room";
    private static final String CLAIMED = ".pixel-llm-taken-";
    private static final String REASON = ".txt";
    private static final int ID_BYTES = 8;

    private final Path folder;
    private final Path taken;
    private final Path answered;
    private final Path rejected;
    private final ProcessLock lock;

    /** Nothing can be written here at all, whatever the question: the disk is full, or gone, or read-only. */
    static final class Stalled extends IOException {
        Stalled(String message, IOException cause) {
            super(message, cause);
        }
    }

    private OutFolder(Path folder, ProcessLock lock) {
        this.folder = folder;
        this.taken = folder.resolve("taken");
        this.answered = folder.resolve("answered");
        this.rejected = folder.resolve("rejected");
        this.lock = lock;
    }

    /**
     * Opens it, and makes what is missing of it.
     *
     * @throws UsageException if another process uses it
     */
    static OutFolder open(Path folder) throws IOException {
        Path around = folder.toAbsolutePath().getParent();
        if (around != null && Files.notExists(around)) {
            throw new UsageException("OUT: expected a folder, or a name in an existing one, found " + folder + " in "
                    + around + ", which does not exist. Create it first.");
        }
        Files.createDirectories(folder);
        ProcessLock lock = ProcessLock.tryTake(folder.resolve(".pixel-llm.lock"));
        if (lock == null) {
            throw new UsageException(
                    folder + " is in use by another pixel-llm. Stop that one, or name another folder.");
        }
        OutFolder out = new OutFolder(folder, lock);
        for (Path each : List.of(out.folder, out.taken, out.answered, out.rejected)) {
            Files.createDirectories(each);
            PxiFiles.removeUnfinished(each);
            try (Stream<Path> files = Files.list(each)) {
                for (Path file : files.filter(AtomicMoves::isUnfinished).toList()) {
                    Files.delete(file);
                }
            }
        }
        return out;
    }

    Path answer(String name, String ending) {
        return folder.resolve(name + ending);
    }

    Path taken() {
        return taken;
    }

    Path taken(Path question) {
        return taken.resolve(question.getFileName());
    }

    Path rejected(Path question) {
        return rejected.resolve(question.getFileName());
    }

    /**
     * Where links, and questions of a folder on another file system, are kept while they are copied: nobody else takes them
     * from there, and a process that is stopped meanwhile finds them again.
     */
    Path claimed(Path in) throws IOException {
        byte[] id = Sha256.of(folder.toRealPath().toString().getBytes(StandardCharsets.UTF_8));
        return in.resolve(CLAIMED + HexFormat.of().formatHex(id, 0, ID_BYTES));
    }

    /**
     * Moves a question that is in the input folder to {@code taken}.
     *
     * @return false if it no longer exists
     */
    boolean take(Path question) throws IOException {
        return move(question, taken(question));
    }

    /**
     * Takes what a link in the input folder points at, and not the link, which would point elsewhere from another folder.
     *
     * @return false if it no longer exists
     */
    boolean takeLinked(Path link) throws IOException {
        Path in = Objects.requireNonNull(link.getParent());
        Path claimed = claim(link, in);
        if (claimed == null) {
            return false;
        }
        try {
            takeClaimedLink(in, claimed);
            return true;
        } catch (IOException e) {
            AtomicMoves.move(claimed, link);
            throw e;
        }
    }

    /** The same of a link that was claimed: from the input folder it points at what it was meant to. */
    void takeClaimedLink(Path in, Path link) throws IOException {
        Path target = in.resolve(Files.readSymbolicLink(link));
        PxiFiles.requireRegular(target);
        if (Files.size(target) > PxiFiles.MAX_IMAGE_FILE_BYTES) {
            throw new IOException(
                    link + ": points at a file of more than " + PxiFiles.MAX_IMAGE_FILE_BYTES + " bytes.");
        }
        PxiFiles.write(taken(link), Files.readAllBytes(target));
        Files.delete(link);
    }

    /** Moves a file to where nobody else takes it; null if it no longer exists. */
    private @Nullable Path claim(Path file, Path in) throws IOException {
        Path folder = claimed(in);
        Files.createDirectories(folder);
        Path claimed = folder.resolve(file.getFileName());
        return AtomicMoves.move(file, claimed) ? claimed : null;
    }

    /** Moves an answered question to its end; false if it no longer exists. */
    boolean close(Path question) throws IOException {
        return moveToFree(question, answered);
    }

    /** Moves a bad question to its end; false if it no longer exists. */
    boolean reject(Path question) throws IOException {
        return moveToFree(question, rejected);
    }

    /** Under its own name, or, where a folder has that, under its hash. */
    private boolean moveToFree(Path question, Path end) throws IOException {
        Path to = end.resolve(question.getFileName());
        return move(
                question,
                Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)
                        ? end.resolve(new QuestionName(question).hash() + AnswerNames.ENDING)
                        : to);
    }

    private boolean move(Path from, Path to) throws IOException {
        try {
            if (AtomicMoves.rename(from, to)) {
                return true;
            }
        } catch (IOException e) {
            return AtomicMoves.move(from, to); // gone meanwhile, or it says why not
        }
        Path in = from.getParent();
        if (in == null || in.equals(taken) || isClaimed(from) || isOther(from)) {
            return AtomicMoves.move(from, to);
        }
        Path mine = claim(from, in);
        if (mine == null) {
            return false;
        }
        try {
            return AtomicMoves.move(mine, to);
        } catch (IOException e) {
            AtomicMoves.move(mine, from); // for another time
            throw e;
        }
    }

    private static boolean isClaimed(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && String.valueOf(folder.getFileName()).startsWith(CLAIMED);
    }

    private static boolean isOther(Path file) {
        return !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(file);
    }

    /**
     * What an earlier process has claimed and not taken.
     *
     * @param in the input folder
     */
    List<Path> claimedIn(Path in) throws IOException {
        try (Stream<Path> files = Files.list(claimed(in))) {
            return files.toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    /** Removes the folder for what is claimed, unless something is in it. */
    void forgetClaimed(Path in) throws IOException {
        try {
            Files.deleteIfExists(claimed(in));
        } catch (DirectoryNotEmptyException e) {
            // For the next process.
        }
    }

    /**
     * Writes the reason why a question is rejected, under its name, or where that cannot be, under its hash.
     *
     * @return the file; null where there is none
     * @throws Stalled where nothing can be written
     */
    @Nullable
    Path explain(Path question, String why) throws Stalled {
        QuestionName name = new QuestionName(question);
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        Path byHash = rejected.resolve(name.hash() + REASON);
        Path file = name.fault(AnswerNames.ANSWERS) == null
                ? rejected.resolve(AnswerNames.baseName(question) + REASON)
                : byHash;
        try {
            PxiFiles.write(file, text);
            return file;
        } catch (IOException e) {
            requireRoom(text.length);
        }
        try {
            PxiFiles.write(byHash, text);
            return byHash;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Finds out whether a file of this size could be written at all.
     *
     * @throws Stalled where it could not
     */
    void requireRoom(int bytes) throws Stalled {
        Path probe = folder.resolve(PROBE);
        try {
            PxiFiles.write(probe, new byte[Math.max(1, bytes)]);
            Files.delete(probe);
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            throw new Stalled(why.replace(probe.toString(), folder.toString()), e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
