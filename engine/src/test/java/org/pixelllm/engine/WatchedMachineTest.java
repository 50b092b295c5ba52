package org.pixelllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.cartridge.Cartridge;

/** An answer comes from the weights that it names, or there is none. */
class WatchedMachineTest {

    private static final Path CARTRIDGES =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges");
    private static final TokenImage QUESTION = new TokenImage(new int[] {65, 66, 67});

    @TempDir
    private Path folder;

    private Path cartridge;

    @BeforeEach
    void copy() throws IOException {
        cartridge = Files.copy(CARTRIDGES.resolve("golden.pxi"), folder.resolve("model.pxi"));
    }

    private PixelLlm open(String executor) throws IOException {
        return PixelLlm.open(cartridge, new ExecutorChoice(executor, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void aFileThatIsCutGivesNoAnswer(String executor) throws IOException {
        try (PixelLlm model = open(executor)) {
            model.predict(QUESTION);
            try (FileChannel file = FileChannel.open(cartridge, StandardOpenOption.WRITE)) {
                file.truncate(100);
            }
            assertThatThrownBy(() -> model.predict(QUESTION))
                    .isInstanceOf(ChangedFileException.class)
                    .hasMessageContaining(cartridge + ": has changed");
        }
    }

    /** Size and time of its content are as before: only the system's own time tells. */
    @Test
    void aFileThatIsWrittenOverGivesNoAnswer() throws IOException, InterruptedException {
        FileTime time = Files.getLastModifiedTime(cartridge);
        try (PixelLlm model = open("reference");
                Generation generation = model.generate(QUESTION, new GenerationOptions(Sampling.usual(1), 50, null))) {
            assertThat(generation.next()).isTrue();
            byte[] bytes = Files.readAllBytes(cartridge);
            bytes[bytes.length / 2] ^= 64;
            Files.write(cartridge, bytes);
            Files.setLastModifiedTime(cartridge, time);
            assertThatThrownBy(generation::provenance).isInstanceOf(ChangedFileException.class);
            Thread.sleep(20); // until a single token is checked again
            assertThatThrownBy(generation::next).isInstanceOf(ChangedFileException.class);
            assertThatThrownBy(() -> model.predict(QUESTION)).isInstanceOf(ChangedFileException.class);
            assertThatThrownBy(() -> model.score(QUESTION, "<tokens>")).isInstanceOf(ChangedFileException.class);
        }
    }

    @Test
    void anotherFileInItsPlaceChangesNothing() throws IOException {
        try (PixelLlm model = open("reference")) {
            float[] before = model.predict(QUESTION).logits();
            Path next = Files.copy(CARTRIDGES.resolve("default.pxi"), folder.resolve("next.pxi"));
            Files.move(next, cartridge, StandardCopyOption.ATOMIC_MOVE);
            assertThat(model.predict(QUESTION).logits()).isEqualTo(before);
            Files.delete(cartridge);
            assertThat(model.predict(QUESTION).logits()).isEqualTo(before);
        }
    }

    @Test
    void theCurrentModelIsRenewedOnceAnotherFileIsThere() throws IOException {
        try (CurrentModel current = new CurrentModel(() -> open("reference"))) {
            String first = current.get().cartridge().digest();
            Files.delete(cartridge);
            assertThat(current.isReplaced()).as("there is no other").isFalse();
            Files.writeString(cartridge, "<html>");
            assertThat(current.isReplaced()).isTrue();
            assertThatThrownBy(current::renew).hasMessageContaining("HTML");
            assertThat(current.isReplaced()).as("tried already").isFalse();
            assertThat(current.get().cartridge().digest()).isEqualTo(first);
            Path next = Files.copy(CARTRIDGES.resolve("default.pxi"), folder.resolve("next.pxi"));
            Files.move(next, cartridge, StandardCopyOption.ATOMIC_MOVE);
            assertThat(current.isReplaced()).isTrue();
            current.renew();
            assertThat(current.get().cartridge().digest()).isNotEqualTo(first);
            assertThat(current.isReplaced()).isFalse();
        }
    }

    /** Its decoded weights are this process's own. */
    @Test
    void aDecodedFileMayBeWrittenOver() throws IOException {
        Path decoded = folder.resolve("decoded.pxi");
        Png png = PxiFiles.read(cartridge, new PngLimits(1 << 16, 1 << 16, 1 << 24), 1 << 24);
        Files.write(decoded, PngEncoder.encode(png.pixels(), Map.of()));
        cartridge = decoded;
        try (PixelLlm model = open("reference")) {
            assertThat(model.cartridge().isMapped()).isFalse();
            float[] before = model.predict(QUESTION).logits();
            Files.writeString(decoded, "nothing of the kind");
            assertThat(model.predict(QUESTION).logits()).isEqualTo(before);
        }
        assertThat(Cartridge.isMappable(decoded)).isFalse();
    }
}
