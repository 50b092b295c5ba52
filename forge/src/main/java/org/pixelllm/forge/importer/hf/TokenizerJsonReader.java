package org.pixelllm.forge.importer.hf;

import static org.pixelllm.forge.importer.hf.TokenizerJson.flag;
import static org.pixelllm.forge.importer.hf.TokenizerJson.shown;
import static org.pixelllm.forge.importer.hf.TokenizerJson.text;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.tokenizer.InvalidTokenizerException;
import org.pixelllm.pxvm.tokenizer.Merge;
import org.pixelllm.pxvm.tokenizer.Normalization;
import org.pixelllm.pxvm.tokenizer.PieceType;
import org.pixelllm.pxvm.tokenizer.Preparation;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextOption;
import org.pixelllm.pxvm.tokenizer.TextStep;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.UnigramTokenizer;
import org.pixelllm.pxvm.tokenizer.WordSplit;

/**
 * Reads a Hugging Face {@code tokenizer.json} of a BPE or unigram model: byte-level ones, and SentencePiece vocabularies. What
 * would change the ids and is not known here is refused.
 */
public final class TokenizerJsonReader {

    private final TokenizerJson json;
    private final Set<TextOption> options = EnumSet.of(TextOption.FIND_CONTROL);

    private final ModelTokens model;

    private TokenizerJsonReader(TokenizerJson json, ModelTokens model) {
        this.json = json;
        this.model = model;
    }

    /**
     * Reads a tokenizer.
     *
     * @param model what the model says of its tokens; a token that the file itself puts before texts goes before the
     *     model's
     * @param notes receives what a person should know, a sentence each
     * @throws PxiException naming the place in the file that is wrong or not supported
     */
    public static Tokenizer read(Path file, ModelTokens model, Consumer<String> notes) throws PxiException {
        TokenizerJson json = TokenizerJsonParser.parse(file);
        List<String> beyond = json.dropAdded(model.rows());
        if (!beyond.isEmpty()) {
            notes.accept(file + ": left out, since the model has " + model.rows() + " rows of weights: the added token"
                    + (beyond.size() == 1 ? " " : "s ") + String.join(", ", beyond) + ".");
        }
        try {
            Tokenizer tokenizer = new TokenizerJsonReader(json, model).tokenizer(notes);
            return model.end().isEmpty() ? tokenizer : ended(tokenizer, tokenizer.control(model.end()));
        } catch (InvalidTokenizerException e) {
            throw e.in(json.file);
        }
    }

    private static Tokenizer ended(Tokenizer tokenizer, int end) {
        return switch (tokenizer) {
            case ByteBpeTokenizer bytes -> bytes.withEnds(List.of(end));
            case ScoredBpeTokenizer scored -> scored.withEnds(List.of(end));
            case UnigramTokenizer unigram -> unigram.withEnds(List.of(end));
            case CharacterTokenizer characters -> characters;
        };
    }

    private Tokenizer tokenizer(Consumer<String> notes) throws PxiException {
        boolean unigram = "Unigram".equals(text(json.model, "type")) || !json.scores.isEmpty();
        if (!unigram) {
            json.require("model.type", json.model.get("type"), "BPE");
        }
        for (String key : List.of("continuing_subword_prefix", "end_of_word_suffix", "dropout")) {
            JsonElement value = json.model.get(key);
            if (value != null && !value.isJsonNull() && !value.toString().equals("\"\"")) {
                throw json.fault("model." + key, "none", value.toString());
            }
        }
        Integer first = PostProcessor.firstToken(json, notes);
        if (first != null) {
            options.add(TextOption.ADD_BOS);
        }
        int bos = first == null ? model.bos() : first;
        NormalizerSteps normalizer = NormalizerSteps.of(json);
        SplitSteps split = SplitSteps.of(json, normalizer.marksSpaces());
        if (unigram) {
            return unigram(normalizer.steps(), split, bos);
        }
        return split.bytes() ? bytes(normalizer.steps(), split, bos) : characters(normalizer.steps(), split, bos);
    }

    private Tokenizer bytes(List<Normalization> normalizer, SplitSteps split, int bos) throws PxiException {
        List<Normalization> normalizations = new ArrayList<>(normalizer);
        if (normalizations.equals(List.of(Normalization.Form.NFC))) {
            normalizations.clear();
            options.add(TextOption.NFC);
        }
        List<TextStep> steps = new ArrayList<>(split.steps());
        if (!steps.isEmpty() && steps.getFirst().equals(new TextStep.Space(true))) {
            steps.removeFirst();
            options.add(TextOption.SPACE_PREFIX);
        }
        if (flag(json.model, "ignore_merges")) {
            options.add(TextOption.WHOLE_WORDS);
        }
        if (flag(json.model, "byte_fallback")) {
            throw json.fault("model.byte_fallback", "false beside ByteLevel", "true");
        }
        TokenizerPieces pieces = TokenizerPieces.of(json, false);
        String[] merges = new String[json.lefts.size()];
        for (int rank = 0; rank < merges.length; rank++) {
            merges[rank] = json.lefts.get(rank) + " " + json.rights.get(rank);
        }
        return ByteBpeTokenizer.of(
                        pieces.tokens(), merges, pieces.types(), WordSplit.of(steps), bos, model.eos(), options)
                .with(new Preparation(normalizations, WordSplit.NONE, pieces.habits()))
                .withEnds(model.ends());
    }

    /** What is said of texts beside the flags. */
    private Preparation preparation(List<Normalization> normalizer, SplitSteps split, TokenizerPieces pieces)
            throws PxiException {
        if (!split.marksSpaces()) {
            throw json.fault(
                    "pre_tokenizer",
                    "ByteLevel, or ▁ for spaces by Metaspace or a normalizer",
                    shown(json.rest.get("pre_tokenizer")));
        }
        options.add(TextOption.LOW_BLOCK_IS_SPACE);
        List<Normalization> normalizations = new ArrayList<>(normalizer);
        if (!normalizations.isEmpty() && normalizations.getFirst().equals(new Normalization.Prepend(" "))) {
            normalizations.removeFirst();
            options.add(TextOption.SPACE_PREFIX);
        }
        return new Preparation(normalizations, WordSplit.of(split.steps()), pieces.habits());
    }

    private Tokenizer unigram(List<Normalization> normalizer, SplitSteps split, int bos) throws PxiException {
        TokenizerPieces pieces = TokenizerPieces.of(json, flag(json.model, "byte_fallback"));
        int[] types = pieces.types();
        JsonElement unknown = json.model.get("unk_id");
        if (unknown != null && !unknown.isJsonNull()) {
            int id = json.id(unknown, "model.unk_id");
            if (id >= types.length) {
                throw json.fault("model.unk_id", "the id of a token", String.valueOf(id));
            }
            types[id] = PieceType.UNKNOWN.code();
        }
        float[] scores = new float[types.length];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = id < json.scores.size() ? json.scores.get(id).floatValue() : 0;
        }
        Preparation preparation = preparation(normalizer, split, pieces);
        return UnigramTokenizer.of(pieces.tokens(), scores, types, bos, model.eos(), options, preparation)
                .withEnds(model.ends());
    }

    private Tokenizer characters(List<Normalization> normalizer, SplitSteps split, int bos) throws PxiException {
        if (!flag(json.model, "byte_fallback")) {
            throw json.fault("model.byte_fallback", "true where no step ByteLevel makes bytes of texts", "false");
        }
        if (flag(json.model, "ignore_merges")) {
            throw json.fault("model.ignore_merges", "false beside byte_fallback", "true");
        }
        TokenizerPieces pieces = TokenizerPieces.of(json, true);
        List<Merge> merges = new ArrayList<>(json.lefts.size());
        for (int rank = 0; rank < json.lefts.size(); rank++) {
            Integer left = json.vocabulary.get(json.lefts.get(rank));
            Integer right = json.vocabulary.get(json.rights.get(rank));
            if (left == null || right == null) {
                throw json.fault(
                        "model.merges[" + rank + "]",
                        "two tokens of the vocabulary",
                        json.lefts.get(rank) + " " + json.rights.get(rank));
            }
            merges.add(new Merge(left, right));
        }
        Preparation preparation = preparation(normalizer, split, pieces);
        return ScoredBpeTokenizer.ranked(pieces.tokens(), pieces.types(), merges, bos, model.eos(), options)
                .with(preparation)
                .withEnds(model.ends());
    }
}
