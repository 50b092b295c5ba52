package org.pixelllm.forge.importer.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.CharacterMap;
import org.pixelllm.pxvm.tokenizer.InvalidTokenizerException;
import org.pixelllm.pxvm.tokenizer.NamedSplit;
import org.pixelllm.pxvm.tokenizer.Normalization;
import org.pixelllm.pxvm.tokenizer.PieceType;
import org.pixelllm.pxvm.tokenizer.Preparation;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextOption;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.UnigramTokenizer;
import org.pixelllm.pxvm.tokenizer.WordSplit;

/** Reads the tokenizer within a GGUF file. */
final class GgufTokenizer {

    private static final String PRE = "tokenizer.ggml.pre";
    private static final String DEFAULT_PRE = "default";
    private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
    private static final String SPACE_PREFIX = "tokenizer.ggml.add_space_prefix";
    private static final String MAP = "tokenizer.ggml.precompiled_charsmap";

    /** Those of Phi-3 that leave the white space after them where it is. */
    private static final Set<String> PHI3_PLAIN = Set.of("<unk>", "<s>", "<|endoftext|>");

    private static final String ADD_EOS = "tokenizer.ggml.add_eos_token";

    /** Where a SentencePiece vocabulary has these two, unless its file says otherwise. */
    private static final int USUAL_BOS = 1;

    private static final int USUAL_EOS = 2;

    /** Ends of a turn, as vocabularies spell them; files do not always name their ids. */
    private static final Set<String> ENDS = Set.of(
            "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>");

    private final GgufMetadata meta;
    private final Consumer<String> notes;

    /** @param notes receives what a person should know, a sentence each */
    GgufTokenizer(GgufMetadata meta, Consumer<String> notes) {
        this.meta = meta;
        this.notes = notes;
    }

    /** The tokenizer, or null where the file has none. */
    @Nullable
    Tokenizer read() throws PxiException {
        if (!meta.has("tokenizer.ggml.tokens")) {
            return null;
        }
        String[] tokens = meta.texts("tokenizer.ggml.tokens").toArray(String[]::new);
        int[] types = new int[tokens.length];
        Arrays.fill(types, 1);
        if (meta.has("tokenizer.ggml.token_type")) {
            long[] stated = meta.wholes("tokenizer.ggml.token_type");
            requireLength("tokenizer.ggml.token_type", stated.length, tokens.length);
            for (int i = 0; i < types.length; i++) {
                types[i] = (int) stated[i];
            }
        }
        if (meta.flag(ADD_EOS, false)) {
            notes.accept(meta.file() + ": " + ADD_EOS
                    + " is not followed: texts are to be continued, so no token ends them.");
        }
        String kind = meta.text("tokenizer.ggml.model");
        try {
            return switch (kind) {
                case "llama" -> scored(tokens, types);
                case "gpt2" -> bytes(tokens, types);
                case "t5" -> unigram(tokens, types);
                default -> throw fault("tokenizer.ggml.model", "llama, gpt2 or t5", kind);
            };
        } catch (InvalidTokenizerException e) {
            throw e.in(meta.file());
        }
    }

    private int id(String name, String[] tokens, int otherwise) throws PxiException {
        return meta.whole("tokenizer.ggml." + name + "_token_id", 0, tokens.length - 1, otherwise);
    }

    /** The tokens that end a text besides EOS. */
    private Set<Integer> ends(String[] tokens, int[] types) throws PxiException {
        Set<Integer> ends = new TreeSet<>();
        ends.add(id("eot", tokens, Tokenizer.NO_TOKEN));
        ends.add(id("eom", tokens, Tokenizer.NO_TOKEN));
        for (int id = 0; id < tokens.length; id++) {
            if (types[id] == PieceType.CONTROL.code() && ENDS.contains(tokens[id])) {
                ends.add(id);
            }
        }
        ends.remove(Tokenizer.NO_TOKEN);
        return ends;
    }

    private Tokenizer bytes(String[] tokens, int[] types) throws PxiException {
        String[] merges = meta.texts("tokenizer.ggml.merges").toArray(String[]::new);
        if (!meta.has(PRE)) {
            notes.accept(
                    meta.file() + ": metadata " + PRE + " is missing, so texts are cut into words as GPT-2 cuts them;"
                            + " if the model was trained otherwise, its answers suffer. Name its tokenizer.json with --tokenizer.");
        }
        String pre = meta.text(PRE, DEFAULT_PRE);
        int bos = id("bos", tokens, Tokenizer.NO_TOKEN);
        int eos = id("eos", tokens, Tokenizer.NO_TOKEN);
        NamedSplit split = NamedSplit.of(pre);
        boolean implied = split != null && split.beginsTexts() && bos != Tokenizer.NO_TOKEN;
        boolean addBos = meta.flag(ADD_BOS, implied);
        return ByteBpeTokenizer.of(tokens, merges, types, pre, bos, eos, addBos).withEnds(ends(tokens, types));
    }

    private int usual(int id, int[] types) {
        return id < types.length && types[id] == PieceType.CONTROL.code() ? id : Tokenizer.NO_TOKEN;
    }

    private float[] scores(String[] tokens) throws PxiException {
        double[] stated = meta.reals("tokenizer.ggml.scores");
        requireLength("tokenizer.ggml.scores", stated.length, tokens.length);
        float[] scores = new float[stated.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) stated[i];
        }
        return scores;
    }

    private Tokenizer scored(String[] tokens, int[] types) throws PxiException {
        int bos = id("bos", tokens, usual(USUAL_BOS, types));
        int eos = id("eos", tokens, usual(USUAL_EOS, types));
        float[] scores = scores(tokens);
        boolean addBos = meta.flag(ADD_BOS, true) && bos != Tokenizer.NO_TOKEN;
        boolean prefix = meta.flag(SPACE_PREFIX, true);
        ScoredBpeTokenizer tokenizer = ScoredBpeTokenizer.of(tokens, scores, types, bos, eos, addBos, prefix);
        Set<TextOption> options = EnumSet.copyOf(tokenizer.options());
        options.add(TextOption.FIND_CONTROL);
        return tokenizer.with(options).with(habits(tokens, types)).withEnds(ends(tokens, types));
    }

    /** Phi-3's marks take the white space after them, which its tokenizer.json says and GGUF does not. */
    private Preparation habits(String[] tokens, int[] types) throws PxiException {
        TreeMap<Integer, Integer> habits = new TreeMap<>();
        if (meta.text("general.architecture", "").equals("phi3")) {
            for (int id = 0; id < tokens.length; id++) {
                boolean added = types[id] == PieceType.CONTROL.code() || types[id] == PieceType.USER_DEFINED.code();
                if (added && !PHI3_PLAIN.contains(tokens[id])) {
                    habits.put(id, Preparation.Habit.RIGHT.bit());
                }
            }
        }
        return new Preparation(List.of(), WordSplit.NONE, habits);
    }

    private Tokenizer unigram(String[] tokens, int[] types) throws PxiException {
        List<Normalization> steps = new ArrayList<>();
        if (meta.has(MAP)) {
            long[] values = meta.wholes(MAP);
            byte[] map = new byte[values.length];
            for (int i = 0; i < map.length; i++) {
                map[i] = (byte) values[i];
            }
            if (map.length > 0) {
                steps.add(new Normalization.Mapped(CharacterMap.of(map)));
            }
        }
        if (meta.flag("tokenizer.ggml.remove_extra_whitespaces", false)) {
            steps.add(new Normalization.Strip(true, true));
            steps.add(Normalization.Replace.of(" {2,}", " "));
        }
        if (meta.flag(SPACE_PREFIX, true)) {
            steps.add(new Normalization.Prepend(" "));
        }
        int bos = id("bos", tokens, Tokenizer.NO_TOKEN);
        int eos = id("eos", tokens, Tokenizer.NO_TOKEN);
        Set<TextOption> options = EnumSet.of(TextOption.FIND_CONTROL, TextOption.LOW_BLOCK_IS_SPACE);
        if (meta.flag(ADD_BOS, false)) {
            options.add(TextOption.ADD_BOS);
        }
        Preparation preparation = new Preparation(steps, WordSplit.NONE, new TreeMap<>());
        return UnigramTokenizer.of(tokens, scores(tokens), types, bos, eos, options, preparation)
                .withEnds(ends(tokens, types));
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
                "Name its tokenizer.json with --tokenizer, or import without a tokenizer: --tokenizer none."));
    }
}
