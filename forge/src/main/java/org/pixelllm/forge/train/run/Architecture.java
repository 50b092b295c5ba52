package org.pixelllm.forge.train.run;

import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Style;
import org.pixelllm.pxvm.program.InvalidProgramException;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/** The programs that settings ask for. */
final class Architecture {

    private static final float EPSILON = 1e-5f;
    private static final float THETA = 10_000;
    private static final int HIDDEN_MULTIPLE = 32; // so that a row of hidden values is whole blocks of q8

    private Architecture() {}

    /**
     * A program with its matrices in a type.
     *
     * @throws SettingsException naming the option that does not fit
     */
    static Program program(Settings settings, int vocabulary, ElementType weights) {
        try {
            return unchecked(settings, vocabulary, weights);
        } catch (InvalidProgramException e) {
            throw new SettingsException("No program can have this shape: " + e.getMessage());
        }
    }

    private static Program unchecked(Settings settings, int vocabulary, ElementType weights) {
        int dim = settings.atLeastOne(Setting.DIM);
        int context = settings.atLeastOne(Setting.CONTEXT);
        if (isPooled(settings)) {
            return new PooledMlp(vocabulary, dim, settings.atLeastOne(Setting.HIDDEN), context, weights).program();
        }
        int heads = settings.atLeastOne(Setting.HEADS);
        int kvHeads = settings.has(Setting.KV_HEADS) ? settings.atLeastOne(Setting.KV_HEADS) : heads;
        if (dim % (2 * heads) != 0) {
            throw Settings.fault(Setting.DIM, "a multiple of twice the " + heads + " heads", String.valueOf(dim));
        }
        if (heads % kvHeads != 0) {
            throw Settings.fault(Setting.KV_HEADS, "a divisor of the " + heads + " heads", String.valueOf(kvHeads));
        }
        int hidden = settings.has(Setting.HIDDEN)
                ? settings.atLeastOne(Setting.HIDDEN)
                : Math.ceilDiv(8 * dim, 3 * HIDDEN_MULTIPLE) * HIDDEN_MULTIPLE;
        Embedding embedding = new Embedding(vocabulary, dim, settings.yes(Setting.TIED));
        int head = dim / heads;
        Rope rope = Rope.plain(Rope.Pairing.HALVES, head, THETA);
        Decoder.Attention attention = Decoder.Attention.full(new Heads(heads, kvHeads, head), rope);
        Decoder.Layer layer = new Decoder.Layer(attention, new Feed.Dense(hidden));
        int layers = settings.atLeastOne(Setting.LAYERS);
        return Decoder.uniform(
                        style(settings), embedding, context, layers, layer, Decoder.Biases.NONE, EPSILON, weights)
                .program();
    }

    /** The family's name for the manifest. */
    static String family(Settings settings) {
        return isPooled(settings) ? PooledMlp.NAME : style(settings).name();
    }

    private static boolean isPooled(Settings settings) {
        return settings.word(Setting.FAMILY).equals(PooledMlp.NAME);
    }

    private static Style style(Settings settings) {
        return settings.yes(Setting.QK_NORM) ? Style.QWEN3 : Style.LLAMA;
    }
}
