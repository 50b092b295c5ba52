package org.pixelllm.cli.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.pixelllm.cli.answer.AnswerNames;
import org.pixelllm.cli.storage.AtomicMoves;
import org.pixelllm.cli.storage.ProcessLock;
import org.pixelllm.cli.terminal.UsageException;

/**
 * The folder that a hot folder's answers go to. A question is first moved to {@code taken}, so that nobody replaces it
 * while it is answered, and from there to {@code answered}; a bad one goes to {@code rejected}. Locked by the process that
 * serves it.
 */
final class OutFolder implements AutoCloseable {

    private final Path folder;
    private final Path taken;
    private final Path answered;
    private final Path rejected;
    private final ProcessLock lock;

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
        Files.createDirectories(folder);
        ProcessLock lock = ProcessLock.tryTake(folder.resolve(".pixel-llm.lock"));
        if (lock == null) {
            throw new UsageException(
                    folder + " is in use by another pixel-llm. Stop that one, or name another folder.");
        }
        OutFolder out = new OutFolder(folder, lock);
        for (Path each : List.of(out.folder, out.taken, out.answered, out.rejected)) {
            Files.createDirectories(each);
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

    Path answered(Path question) {
        return answered.resolve(question.getFileName());
    }

    Path rejected(Path question) {
        return rejected.resolve(question.getFileName());
    }

    /** The file with the reason why one was rejected. */
    Path reason(Path question) {
        return rejected.resolve(AnswerNames.baseName(question) + ".txt");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
