package org.pixelllm.cli.answer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.protocol.file.PxiFiles;

/**
 * The token images of files and folders.
 *
 * @param files in the order of the arguments; those of a folder by name
 */
record ManyInputs(List<Path> files) {

    ManyInputs {
        files = List.copyOf(files);
    }

    /**
     * Lists them. A folder means every visible .pxi in it that is not an answer to another; its subfolders are left out.
     *
     * @throws UsageException if there is none, or if two answers would have the same name
     */
    static ManyInputs of(List<Path> arguments) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path argument : arguments) {
            if (Files.isDirectory(argument)) {
                files.addAll(in(argument));
            } else {
                files.add(argument);
            }
        }
        if (files.isEmpty()) {
            throw new UsageException(
                    "-i: expected token images, found no visible .pxi in " + arguments.getFirst() + ".");
        }
        Map<String, Path> names = new HashMap<>();
        for (Path file : files) {
            if (new QuestionName(file).fault(List.of()) != null) {
                continue; // gets no answer
            }
            Path other = names.put(AnswerNames.baseName(file), file);
            if (other != null) {
                throw new UsageException("-i: " + other + " and " + file
                        + " would get answers of the same name. Use one command, with a folder (-o), for each.");
            }
        }
        return new ManyInputs(files);
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(AnswerNames::isQuestion)
                    .filter(file -> !Files.isDirectory(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw PxiFiles.unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw PxiFiles.unreadable(folder, Objects.requireNonNull(e.getCause()));
        }
    }
}
