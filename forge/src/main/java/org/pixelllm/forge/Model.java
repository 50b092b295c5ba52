package org.pixelllm.forge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.cartridge.NotFiniteWeightException;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * All that a cartridge holds.
 *
 * @param program the model's program
 * @param weights its values by tensor id, in the types that the program declares
 * @param tokenizer null where the model has none
 * @param manifest what a person wants to know
 * @param file where its values come from, for messages; empty where they come from no file
 */
public record Model(
        Program program,
        Map<Integer, EncodedWeight> weights,
        @Nullable Tokenizer tokenizer,
        Manifest manifest,
        String file) {

    /** One whose values come from no file. */
    public Model(
            Program program, Map<Integer, EncodedWeight> weights, @Nullable Tokenizer tokenizer, Manifest manifest) {
        this(program, weights, tokenizer, manifest, "");
    }

    /**
     * Writes the cartridge, whole or not at all.
     *
     * @throws InvalidContentException where a value is NaN or infinite, or the model is larger than a cartridge can be
     */
    public void write(Path to) throws IOException {
        try {
            CartridgeWriter.write(to, program, weights, tokenizer, manifest);
        } catch (NotFiniteWeightException e) {
            throw e.in(file.isEmpty() ? to.toString() : file);
        }
    }
}
