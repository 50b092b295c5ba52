package org.pixelllm.conformance;

import java.nio.file.Path;

/** Where the repository is on this machine. */
final class Root {

    private Root() {}

    static Path path() {
        // An editor that runs one test does not pass the property, and starts in the module's folder.
        return Path.of(System.getProperty("pixelllm.root", ".."))
                .toAbsolutePath()
                .normalize();
    }
}
