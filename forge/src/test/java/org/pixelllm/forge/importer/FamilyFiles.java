package org.pixelllm.forge.importer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The tiny models under the test resources; their README says what they are. */
final class FamilyFiles {

    private FamilyFiles() {}

    static Path folder(String family) {
        return Path.of(System.getProperty("pixelllm.root"), "forge/src/test/resources/families", family);
    }

    /** A copy of a family's files, to be spoilt. */
    static Path copy(String family, Path to) throws IOException {
        try (Stream<Path> files = Files.list(folder(family))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }
}
