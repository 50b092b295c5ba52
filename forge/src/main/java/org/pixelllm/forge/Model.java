package org.pixelllm.forge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;
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

    private static final int PASSES = 2;

    /** One whose values come from no file. */
    public Model(
            Program program, Map<Integer, EncodedWeight> weights, @Nullable Tokenizer tokenizer, Manifest manifest) {
        this(program, weights, tokenizer, manifest, "");
    }

    /** Writes the cartridge, as {@link #write(Path, DoubleConsumer)} does. */
    public void write(Path to) throws IOException {
        write(to, share -> {});
    }

    /**
     * Writes the cartridge, whole or not at all, from one row of one weight at a time.
     *
     * @param progress receives how much is done, 0 to 1, again and again
     * @throws InvalidContentException where a value is NaN or infinite, or the model is larger than a cartridge can be
     */
    public void write(Path to, DoubleConsumer progress) throws IOException {
        try {
            CartridgeWriter.write(to, program, watched(progress), tokenizer, manifest);
        } catch (NotFiniteWeightException e) {
            throw e.in(file.isEmpty() ? to.toString() : file);
        }
    }

    /** The weights, whose rows are asked for twice each: for the digest, and to be written. */
    private Map<Integer, EncodedWeight> watched(DoubleConsumer progress) {
        double all = 0;
        for (int id : weights.keySet()) {
            all += PASSES * (double) program.tensor(id).elements();
        }
        double total = all;
        double[] done = {0};
        Map<Integer, EncodedWeight> watched = new HashMap<>();
        weights.forEach((id, weight) -> {
            int columns = program.tensor(id).columns();
            EncodedWeight.RowWriter rows = (row, bytes, at) -> {
                weight.rows().write(row, bytes, at);
                done[0] += columns;
                progress.accept(Math.min(1, done[0] / total));
            };
            watched.put(id, new EncodedWeight(weight.range(), rows, weight.origin()));
        });
        return watched;
    }
}
