package org.pixelllm.webgpu.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that has the library in a jar leaves nothing in the temp folder, and removes what others have left. */
class UnpackedLibraryTest {

    @TempDir
    private Path folder;

    private static Path classesOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Path library(Path classes) throws IOException {
        Path natives = classes.resolve("org/pixelllm/webgpu/natives").resolve(NativeLibrary.platform());
        if (Files.isDirectory(natives)) {
            try (Stream<Path> files = Files.list(natives)) {
                Path found = files.filter(each -> each.toString().matches(".*\\.(so|dylib|dll)"))
                        .findFirst()
                        .orElse(null);
                if (found != null) {
                    return found;
                }
            }
        }
        return Assumptions.abort("skipped: this build has no WebGPU library for " + NativeLibrary.platform());
    }

    /** This module's classes and its library, not compressed. */
    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream to = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(to);
                Stream<Path> files = Files.walk(classes)) {
            packed.setLevel(0);
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(
                        new JarEntry(classes.relativize(each).toString().replace('\\', '/')));
                Files.copy(each, packed);
                packed.closeEntry();
            }
        }
    }

    private static String run(Path jar, Path temp) throws IOException, InterruptedException, URISyntaxException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-Djava.io.tmpdir=" + temp,
                        "-Dpixelllm.home=" + temp,
                        "-cp",
                        jar + System.getProperty("path.separator") + classesOf(LoadsLibrary.class),
                        LoadsLibrary.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void nothingStaysInTheTempFolder() throws IOException, InterruptedException, URISyntaxException {
        Path classes = classesOf(NativeLibrary.class);
        Path library = library(classes);
        String file = library.getFileName().toString();
        Path jar = folder.resolve("webgpu.jar");
        pack(classes, jar);
        Path temp = Files.createDirectory(folder.resolve("temp"));
        // Of a process that was killed, of an older version of this program, of this process, and of something else.
        Process ended = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--version")
                .redirectErrorStream(true)
                .start();
        ended.getInputStream().readAllBytes();
        ended.waitFor();
        String own = "pixel-llm-" + ProcessHandle.current().pid() + "-7-" + file;
        List<String> kept = List.of("pixel-llm-notes.txt", own);
        for (String each : List.of(
                "pixel-llm-" + ended.pid() + "-7-" + file,
                "pixel-llm-18446744073709551615-" + file,
                own,
                kept.getFirst())) {
            Files.writeString(temp.resolve(each), "left");
        }
        assertThat(run(jar, temp)).contains("loaded " + file);
        boolean canDeleteLoaded = !NativeLibrary.platform().startsWith("win32");
        if (canDeleteLoaded) {
            assertThat(names(temp)).containsExactlyInAnyOrderElementsOf(kept);
        }
        assertThat(run(jar, temp)).contains("loaded " + file);
        assertThat(names(temp)).containsAll(kept).hasSize(canDeleteLoaded ? 2 : 3);
    }
}
