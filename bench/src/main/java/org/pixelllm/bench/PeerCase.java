package org.pixelllm.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.bench.Decode.Shape;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * One thing to measure.
 *
 * @param model the name of its files
 * @param checkpoint llama2.c's file
 * @param tokenizer llama2.c's vocabulary
 * @param type of the weights
 * @param prefill whether 128 tokens are taken in at once; else 256 are decoded one by one
 */
record PeerCase(String model, Path checkpoint, Path tokenizer, ElementType type, boolean prefill, int threads) {

    static final String STORIES = "stories260K";

    /** Every case of the random models in this folder. */
    static List<PeerCase> random(Path folder) {
        List<PeerCase> cases = new ArrayList<>();
        for (boolean prefill : new boolean[] {false, true}) {
            for (Shape shape : PeerModels.SHAPES) {
                for (ElementType type : PeerModels.TYPES) {
                    for (int threads = 1; threads <= 2; threads++) {
                        cases.add(new PeerCase(
                                shape.name(),
                                PeerModels.checkpoint(folder, shape),
                                PeerModels.tokenizer(folder, shape),
                                type,
                                prefill,
                                threads));
                    }
                }
            }
        }
        return cases;
    }

    /** llama2.c's smallest real model, from the folder that holds it. */
    static PeerCase stories(Path from) {
        return new PeerCase(
                STORIES, from.resolve(STORIES + ".bin"), from.resolve("tok512.bin"), ElementType.F32, false, 1);
    }

    /** What the regular expression is matched against. */
    String name() {
        return model + " " + type.word() + (prefill ? " prefill " : " decode ") + threads;
    }
}
