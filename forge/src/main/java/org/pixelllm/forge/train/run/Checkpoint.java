package org.pixelllm.forge.train.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.forge.train.data.TextFile;

/**
 * What a run needs to continue, besides its texts.
 *
 * @param head what can be read as text
 * @param tokenizer the bytes of its cartridge section
 * @param program the pixels of the program of the model that it goes on from; none where it has no such
 * @param curve losses up to here: as many as steps are done
 * @param weights of each weight tensor, in the program's order, its values, then what the optimizer keeps, then its average
 *     if there is one, then its best values if any were measured
 */
record Checkpoint(Head head, byte[] tokenizer, byte[] program, LossCurve curve, List<float[][]> weights) {

    /**
     * The readable part.
     *
     * @param run what the run is known by, here and in its cartridge's manifest
     * @param settings the run's, by option
     * @param base the model that it goes on from; null for one from the start
     * @param steps of the whole run
     * @param sittings the run's parts
     * @param texts what is learnt from
     * @param valid what is measured on; empty where nothing is
     */
    record Head(
            String run,
            Map<Setting, String> settings,
            @Nullable Origin base,
            int steps,
            List<Sitting> sittings,
            List<Source> texts,
            List<Source> valid) {}

    /**
     * What the manifest says of the model that a run goes on from.
     *
     * @param family its name
     * @param from where it comes from
     */
    record Origin(String family, String from) {}

    /**
     * A part of a run, from where it was begun or resumed to where it was stopped.
     *
     * @param steps done in it
     * @param tokens seen in it
     * @param seconds that it took
     * @param changed options that differ from those of the part before
     */
    record Sitting(int steps, long tokens, double seconds, String changed) {}

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
