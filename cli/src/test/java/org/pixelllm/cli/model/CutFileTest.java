package org.pixelllm.cli.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.forge.Converter;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.weights.ElementType;

/** A cartridge's file that is cut while kernels of every weight type read it, once they are compiled: no crash, no answer. */
class CutFileTest {

    /** Enough for the optimizing compiler. */
    private static final int PREDICTIONS = 1_500;

    private static final Path GOLDEN =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/golden.pxi");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IDS")
    void givesNoAnswer(ElementType type) throws IOException {
        Path file = folder.resolve(type + ".pxi");
        try (Cartridge golden = Cartridge.open(GOLDEN)) {
            Converter.convert(golden, type).write(file);
        }
        TokenImage few = new TokenImage(new int[] {65, 66, 67});
        try (PixelLlm model = PixelLlm.open(file, new ExecutorChoice("simd", 1))) {
            for (int i = 0; i < PREDICTIONS; i++) {
                model.predict(few);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }
            assertThatThrownBy(() -> model.predict(few)).isInstanceOf(ChangedFileException.class);
        }
    }
}
