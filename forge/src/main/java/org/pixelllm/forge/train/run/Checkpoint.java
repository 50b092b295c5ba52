package org.pixelllm.forge.train.run;

import java.util.List;
import java.util.Map;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.forge.train.data.TextFile;

/**
 * What a run needs to continue, besides its texts.
 *
 * @param head what can be read as text
 * @param tokenizer the bytes of its cartridge section
 * @param curve losses up to here: as many as steps are done
 * @param weights of each weight tensor, in the program's order, its values and then what the optimizer keeps
 */
record Checkpoint(Head head, byte[] tokenizer, LossCurve curve, List<float[][]> weights) {

    /**
     * The readable part.
     *
     * @param run what the run is known by, here and in its cartridge's manifest
     * @param settings the run's, by option
     * @param steps of the whole run
     * @param seconds trained so far
     * @param texts what is learnt from
     * @param valid what is measured on; empty where nothing is
     */
    record Head(
            String run,
            Map<Setting, String> settings,
            int steps,
            double seconds,
            List<Source> texts,
            List<Source> valid) {}

    /**
     * A text's place and digest.
     *
     * @param path absolute
     * @param sha256 in hexadecimal
     */
    record Source(String path, String sha256) {

        static Source of(TextFile text) {
            return new Source(text.path().toAbsolutePath().normalize().toString(), text.sha256());
        }
    }
}
