package org.pixelllm.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folders of the build: its modules, and the main code in them. */
final class Sources {

    static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));

    /** The module that holds these tests and no code. */
    private static final String TESTS = "house";

    private Sources() {}

    /** The modules that the root pom names, but for that of these tests. */
    static List<String> modules() throws IOException {
        return Pattern.compile("<module>([^<]+)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(found -> found.group(1).strip())
                .filter(module -> !module.equals(TESTS))
                .toList();
    }

    /** The main code of all modules. */
    static List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String module : modules()) {
            all.addAll(of(module));
        }
        return all;
    }

    /** The main code of a module. */
    static List<Path> of(String module) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }
}
