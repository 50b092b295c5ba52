package org.pixelllm.forge.importer.gguf;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.InvalidTokenizerException;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Reads the tokenizer within a GGUF file. */
final class GgufTokenizer {

    private final GgufMetadata meta;

    GgufTokenizer(GgufMetadata meta) {
        this.meta = meta;
    }

    /** The tokenizer, or null where the file has none. */
    @Nullable
    Tokenizer read() throws PxiException {
        if (!meta.has("tokenizer.ggml.tokens")) {
            return null;
        }
        String[] tokens = meta.texts("tokenizer.ggml.tokens").toArray(String[]::new);
        int bos = meta.whole("tokenizer.ggml.bos_token_id", 0, tokens.length - 1, Tokenizer.NO_TOKEN);
        int eos = meta.whole("tokenizer.ggml.eos_token_id", 0, tokens.length - 1, Tokenizer.NO_TOKEN);
        int[] types = new int[tokens.length];
        Arrays.fill(types, 1);
        if (meta.has("tokenizer.ggml.token_type")) {
            long[] stated = meta.wholes("tokenizer.ggml.token_type");
            requireLength("tokenizer.ggml.token_type", stated.length, tokens.length);
            for (int i = 0; i < types.length; i++) {
                types[i] = (int) stated[i];
            }
        }
        String kind = meta.text("tokenizer.ggml.model");
        try {
            return switch (kind) {
                case "llama" -> scored(tokens, types, bos, eos);
                case "gpt2" -> {
                    List<String> merges = meta.texts("tokenizer.ggml.merges");
                    boolean addBos = meta.flag("tokenizer.ggml.add_bos_token", false);
                    String pre = meta.text("tokenizer.ggml.pre", "default");
                    yield ByteBpeTokenizer.of(tokens, merges.toArray(String[]::new), types, pre, bos, eos, addBos);
                }
                default -> throw fault("tokenizer.ggml.model", "llama or gpt2", kind);
            };
        } catch (InvalidTokenizerException e) {
            throw e.in(meta.file());
        }
    }

    private Tokenizer scored(String[] tokens, int[] types, int bos, int eos) throws PxiException {
        double[] stated = meta.reals("tokenizer.ggml.scores");
        requireLength("tokenizer.ggml.scores", stated.length, tokens.length);
        float[] scores = new float[stated.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) stated[i];
        }
        boolean addBos = meta.flag("tokenizer.ggml.add_bos_token", true) && bos != Tokenizer.NO_TOKEN;
        boolean prefix = meta.flag("tokenizer.ggml.add_space_prefix", true);
        return ScoredBpeTokenizer.of(tokens, scores, types, bos, eos, addBos, prefix);
    }

    private void requireLength(String key, int found, int expected) throws PxiException {
        if (found != expected) {
            throw fault(key, expected + " entries, one for each token", String.valueOf(found));
        }
    }

    private InvalidContentException fault(String place, String expected, String found) {
        return new InvalidContentException(new Fault(
                meta.file(),
                "metadata " + place,
                expected,
                found,
                "Name another tokenizer with --tokenizer, or import without one."));
    }
}
