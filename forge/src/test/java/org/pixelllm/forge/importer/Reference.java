package org.pixelllm.forge.importer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Model files from elsewhere, beside the project; tests skip where they are absent. */
public final class Reference {

    private Reference() {}

    public static Path path(String name) {
        Path path = Path.of(System.getProperty("pixelllm.root"))
                .resolve("../shared/reference")
                .resolve(name)
                .normalize();
        Assumptions.assumeTrue(Files.exists(path), () -> "no reference data: " + path);
        return path;
    }
}
