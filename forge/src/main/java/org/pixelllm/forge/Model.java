package org.pixelllm.forge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * All that a cartridge holds.
 *
 * @param program the model's program
 * @param weights its values by tensor id, in the types that the program declares
 * @param tokenizer null where the model has none
 * @param manifest what a person wants to know
 */
public record Model(
        Program program,
        Map<Integer, EncodedWeight> weights,
        @Nullable Tokenizer tokenizer,
        Manifest manifest) {

    /** Writes the cartridge, whole or not at all. */
    public void write(Path file) throws IOException {
        CartridgeWriter.write(file, program, weights, tokenizer, manifest);
    }
}
