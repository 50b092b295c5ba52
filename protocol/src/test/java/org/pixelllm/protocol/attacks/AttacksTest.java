package org.pixelllm.protocol.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.PxiFiles;

/** Makes the hostile files, has one small Java machine read them all, and checks what it reports. */
class AttacksTest {

    private static final Path FOLDER = Path.of("target", "attacks").toAbsolutePath();
    private static final String CONTROL = "control.pxi";
    private static final List<Attack> ATTACKS = Attacks.all();
    private static final Map<String, String> OUTCOMES = new HashMap<>();

    @BeforeAll
    static void readAll() throws Exception {
        deleteFolder();
        Files.createDirectories(FOLDER);
        List<String> files = new ArrayList<>();
        for (Attack attack : ATTACKS) {
            Path place = FOLDER.resolve(attack.name());
            attack.maker().make(place);
            files.add(place.toString());
        }
        Path control = FOLDER.resolve(CONTROL);
        Files.write(control, Attacks.sound());
        files.add(control.toString());
        read(List.of(), files).lines().forEach(line -> {
            int tab = line.indexOf('\t');
            OUTCOMES.put(tab < 0 ? line : line.substring(0, tab), line.substring(tab + 1));
        });
    }

    private static void deleteFolder() throws IOException {
        if (!Files.exists(FOLDER)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(FOLDER)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String read(List<String> prefix, List<String> files) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-cp", location(PxiFiles.class) + ":" + location(AttackReader.class)));
        command.add(AttackReader.class.getName());
        command.addAll(files);
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as(said).isZero();
        return said;
    }

    private static String location(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    @TestFactory
    Stream<DynamicTest> everyAttackMeetsItsException() {
        return ATTACKS.stream()
                .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> {
                    String file = FOLDER.resolve(attack.name()).toString();
                    String outcome = OUTCOMES.get(file);
                    assertThat(outcome).startsWith(attack.expected().getName() + "\t" + file + ": ");
                    assertThat(outcome)
                            .contains(attack.words())
                            .contains(": expected ")
                            .contains(", found ");
                }));
    }

    @Test
    void theReaderReadsASoundFile() {
        assertThat(OUTCOMES).containsEntry(FOLDER.resolve(CONTROL).toString(), "ok\t1");
    }

    @Test
    void noPermission() throws Exception {
        Path file = Files.write(FOLDER.resolve("forbidden.pxi"), Attacks.sound());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        List<String> prefix = List.of();
        if (Files.isReadable(file)) {
            // Nothing is forbidden to root: the reader runs as nobody.
            assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv, so no user to forbid a file to");
            prefix = List.of("/usr/bin/setpriv", "--reuid=65534", "--clear-groups");
        }
        String control = FOLDER.resolve(CONTROL).toString();
        String said = read(prefix, List.of(control, file.toString()));
        assumeTrue(said.contains(control + "\tok"), "another user cannot enter the build folder");
        assertThat(said).contains(UnreadableFileException.class.getName()).contains("no permission");
    }
}
