package org.pixelllm.protocol.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngLimits;

class PxiFilesTest {

    @TempDir
    Path folder;

    private void assertOnly(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void foldersAreMadeAndNothingElseIsLeft() throws Exception {
        Path file = folder.resolve("a/b/c.pxi");
        TokenImage image = new TokenImage(new int[] {1, 2, 3});
        image.write(file, Map.of("Software", "test"));
        assertThat(TokenImage.read(file)).isEqualTo(image);
        assertThat(PxiFiles.read(file, PngLimits.PROTOCOL, 1000).text()).containsEntry("Software", "test");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void outputsAreReadBackFromFiles() throws Exception {
        float[] logits = {1, 3, 2};
        PredictionImage.of(logits, 2).write(folder.resolve("p"), Map.of());
        LogitsHeatmap.of(logits).write(folder.resolve("h"), Map.of());
        assertThat(PredictionImage.read(folder.resolve("p"))).isEqualTo(PredictionImage.of(logits, 2));
        assertThat(LogitsHeatmap.read(folder.resolve("h"))).isEqualTo(LogitsHeatmap.of(logits));
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws Exception {
        Path file = Files.writeString(folder.resolve("a.pxi"), "old");
        assertThatThrownBy(() -> PxiFiles.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[1000]));
                    throw new IOException("the source went away");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": cannot be written: the source went away. ");
        assertThat(file).hasContent("old");
        assertOnly("a.pxi");
    }

    @Test
    void aReaderSeesTheOldFileUntilTheNewOneIsWhole() throws Exception {
        Path file = Files.writeString(folder.resolve("a.pxi"), "old");
        PxiFiles.write(file, channel -> {
            channel.write(ByteBuffer.wrap(new byte[] {'n', 'e'}));
            assertThat(file).hasContent("old");
            channel.write(ByteBuffer.wrap(new byte[] {'w'}));
        });
        assertThat(file).hasContent("new");
    }

    @Test
    void readersNeverSeeHalfAFile() throws Exception {
        Path file = folder.resolve("stream.pxi");
        new TokenImage(new int[] {1}).write(file, Map.of());
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                for (int n = 1; n < 300; n++) {
                    new TokenImage(new int[n]).write(file, Map.of());
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } finally {
                done.set(true);
            }
        });
        int last = 0;
        while (!done.get()) {
            int count = TokenImage.read(file).count();
            assertThat(count).isGreaterThanOrEqualTo(last);
            last = count;
        }
        writer.join();
        assertThat(TokenImage.read(file).count()).isEqualTo(299);
        assertOnly("stream.pxi");
    }

    @Test
    void linksAreFollowed() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real")).resolve("x.pxi");
        Path link = Files.createSymbolicLink(folder.resolve("link.pxi"), Path.of("real", "x.pxi"));
        PxiFiles.write(link, new byte[] {1}); // its target does not exist yet
        PxiFiles.write(link, new byte[] {2});
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(real).hasBinaryContent(new byte[] {2});
        assertOnly("real", "link.pxi");
    }

    @Test
    void permissionsStay() throws Exception {
        Path file = Files.writeString(folder.resolve("secret.pxi"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        PxiFiles.write(file, new byte[1]);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatOnlyItsOwnerMayReadIsSoWhileItIsReplaced() throws Exception {
        Path file = Files.writeString(folder.resolve("secret.pxi"), "old");
        for (String mode : List.of("rw-------", "rw-r-----", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            PxiFiles.write(file, channel -> {
                channel.write(ByteBuffer.wrap(new byte[] {'s'}));
                try (Stream<Path> all = Files.list(folder)) {
                    Path beside =
                            all.filter(each -> !each.equals(file)).findFirst().orElseThrow();
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(beside)))
                            .isEqualTo("rw-------");
                }
            });
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo(mode);
        }
    }

    @Test
    void ownerAndGroupStayWhereTheyCan() throws Exception {
        Path file = Files.writeString(folder.resolve("theirs.pxi"), "old");
        try {
            Files.setAttribute(file, "unix:uid", 12_345);
            Files.setAttribute(file, "unix:gid", 12_346);
        } catch (IOException e) {
            Assumptions.abort("only root gives files away");
        }
        PxiFiles.write(file, new byte[1]);
        assertThat(Files.readAttributes(file, "unix:uid,gid"))
                .containsEntry("uid", 12_345)
                .containsEntry("gid", 12_346);
    }

    @Test
    void whatAKilledWriterLeftIsRemoved() throws Exception {
        Path left = Files.writeString(folder.resolve(".pixel-llm-1f-2.tmp"), "half");
        Path other = Files.writeString(folder.resolve(".pixel-llm.lock"), "");
        PxiFiles.write(folder.resolve("a.pxi"), channel -> {
            assertThat(left).doesNotExist();
            PxiFiles.removeUnfinished(folder); // not what is being written
            channel.write(ByteBuffer.wrap(new byte[] {1}));
        });
        assertThat(other).exists();
        assertOnly("a.pxi", ".pixel-llm.lock");
    }

    @Test
    void whatAnotherProcessWritesStays() throws Exception {
        Path file = folder.resolve(".pixel-llm-1f-3.tmp");
        Process writer;
        try {
            writer = new ProcessBuilder(
                            "python3",
                            "-c",
                            "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print('locked', flush=True); sys.stdin.read()",
                            file.toString())
                    .start();
        } catch (IOException e) {
            Assumptions.abort("no Python");
            return;
        }
        try (BufferedReader said = writer.inputReader()) {
            Assumptions.assumeTrue("locked".equals(said.readLine()), "no Python with locks");
            PxiFiles.removeUnfinished(folder);
            assertThat(file).exists();
        } finally {
            writer.destroyForcibly().waitFor();
        }
        PxiFiles.removeUnfinished(folder);
        assertThat(file).doesNotExist();
    }

    @Test
    void aDeviceIsWrittenToAndStaysADevice() throws Exception {
        Path nowhere = Path.of("/dev/null");
        PxiFiles.write(nowhere, new byte[1]);
        assertThat(Files.isRegularFile(nowhere)).isFalse();
        assertThat(Files.exists(nowhere)).isTrue();
    }

    @Test
    void whatCannotBeWrittenIsTold() throws Exception {
        assertThatThrownBy(() -> PxiFiles.write(folder, new byte[1]))
                .hasMessageStartingWith(folder + ": cannot be written: it is a directory. ");
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> PxiFiles.write(file.resolve("x"), new byte[1]))
                .hasMessageStartingWith(file.resolve("x") + ": cannot be written: ");
        Path loop = folder.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        assertThatThrownBy(() -> PxiFiles.write(loop, new byte[1])).hasMessageContaining("links");
        Path longName = folder.resolve("x".repeat(300));
        assertThatThrownBy(() -> PxiFiles.write(longName, new byte[1])).hasMessageContaining("name too long");
        assertOnly("file", "loop");
    }

    @Test
    void theLongestNameCanBeWritten() throws Exception {
        Path file = folder.resolve("x".repeat(255));
        PxiFiles.write(file, new byte[] {1});
        assertThat(file).hasBinaryContent(new byte[] {1});
    }

    @Test
    void theLimitOfAFileHoldsExactly() throws Exception {
        Path file = folder.resolve("a.pxi");
        byte[] bytes = new TokenImage(new int[] {1}).toPng(Map.of());
        PxiFiles.write(file, bytes);
        PxiFiles.read(file, PngLimits.PROTOCOL, bytes.length);
        assertThatThrownBy(() -> PxiFiles.read(file, PngLimits.PROTOCOL, bytes.length - 1))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("over the limit");
    }
}
