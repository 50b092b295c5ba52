package org.pixelllm.forge.importer.hf;

import static org.pixelllm.forge.importer.hf.TokenizerJson.flag;
import static org.pixelllm.forge.importer.hf.TokenizerJson.is;
import static org.pixelllm.forge.importer.hf.TokenizerJson.shown;
import static org.pixelllm.forge.importer.hf.TokenizerJson.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.InvalidTokenizerException;
import org.pixelllm.pxvm.tokenizer.Merge;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextOption;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.WordSplit;

/**
 * Reads a Hugging Face {@code tokenizer.json} of a BPE model: byte-level ones, and SentencePiece vocabularies with byte
 * fallback. What would change the ids and is not known here is refused. Added tokens are found in the text as it
 * stands, also where the file asks for its normal form.
 */
public final class TokenizerJsonReader {

    private static final String SPACE = "\u2581";

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
            return new TokenizerJsonReader(json, model).tokenizer();
        } catch (InvalidTokenizerException e) {
            throw e.in(json.file);
        }
    }

    private Tokenizer tokenizer() throws PxiException {
        json.require("model.type", json.model.get("type"), "BPE");
        for (String key : List.of("continuing_subword_prefix", "end_of_word_suffix", "dropout")) {
            JsonElement value = json.model.get(key);
            if (value != null && !value.isJsonNull() && !value.toString().equals("\"\"")) {
                throw json.fault("model." + key, "none", value.toString());
            }
        }
        Integer first = PostProcessor.firstToken(json);
        if (first != null) {
            options.add(TextOption.ADD_BOS);
        }
        int bos = first == null ? model.bos() : first;
        int eos = model.eos();
        List<JsonObject> normalizers = json.steps("normalizer", "normalizers");
        List<JsonObject> splits = json.steps("pre_tokenizer", "pretokenizers");
        boolean fallback = flag(json.model, "byte_fallback");
        return fallback ? characters(normalizers, splits, bos, eos) : bytes(normalizers, splits, bos, eos);
    }

    private Tokenizer bytes(List<JsonObject> normalizers, List<JsonObject> splits, int bos, int eos)
            throws PxiException {
        for (JsonObject normalizer : normalizers) {
            json.require("normalizer.type", normalizer.get("type"), "NFC");
            options.add(TextOption.NFC);
        }
        if (flag(json.model, "ignore_merges")) {
            options.add(TextOption.WHOLE_WORDS);
        }
        WordSplit split = split(splits);
        TokenizerPieces pieces = TokenizerPieces.of(json, false);
        String[] merges = new String[json.lefts.size()];
        for (int rank = 0; rank < merges.length; rank++) {
            merges[rank] = json.lefts.get(rank) + " " + json.rights.get(rank);
        }
        return ByteBpeTokenizer.of(pieces.tokens(), merges, pieces.types(), split, bos, eos, options)
                .withEnds(model.ends());
    }

    private WordSplit split(List<JsonObject> splits) throws PxiException {
        JsonObject last = splits.isEmpty() ? new JsonObject() : splits.getLast();
        JsonObject first = splits.size() == 2 ? splits.getFirst() : new JsonObject();
        boolean levels = is(last, "ByteLevel");
        boolean gpt2 = !last.has("use_regex") || flag(last, "use_regex");
        if (levels && splits.size() == 1) {
            if (flag(last, "add_prefix_space")) {
                options.add(TextOption.SPACE_PREFIX);
            }
            return gpt2 ? WordSplit.GPT2 : WordSplit.NONE;
        }
        if (levels && !flag(last, "add_prefix_space")) {
            if (gpt2 && is(first, "Digits") && flag(first, "individual_digits")) {
                return WordSplit.SMOLLM;
            }
            boolean isolated = is(first, "Split") && "Isolated".equals(text(first, "behavior"));
            if (!gpt2 && isolated && !flag(first, "invert") && first.get("pattern") instanceof JsonObject pattern) {
                WordSplit split = WordSplit.byExpression(String.valueOf(text(pattern, "Regex")));
                if (split != null) {
                    return split;
                }
            }
        }
        throw json.fault(
                "pre_tokenizer", "that of GPT-2, Llama 3, Qwen 2 or SmolLM", shown(json.rest.get("pre_tokenizer")));
    }

    private Tokenizer characters(List<JsonObject> normalizers, List<JsonObject> splits, int bos, int eos)
            throws PxiException {
        if (!splits.isEmpty()) {
            throw json.fault("pre_tokenizer", "none beside byte_fallback", shown(json.rest.get("pre_tokenizer")));
        }
        List<JsonObject> rest = new ArrayList<>(normalizers);
        if (rest.size() == 2 && is(rest.getFirst(), "Prepend") && SPACE.equals(text(rest.getFirst(), "prepend"))) {
            options.add(TextOption.SPACE_PREFIX);
            rest.removeFirst();
        }
        boolean replaces = rest.size() == 1
                && is(rest.getFirst(), "Replace")
                && rest.getFirst().get("pattern") instanceof JsonObject pattern
                && " ".equals(text(pattern, "String"))
                && SPACE.equals(text(rest.getFirst(), "content"));
        if (!replaces) {
            throw json.fault(
                    "normalizer", "Prepend ▁ or not, then Replace \" \" by ▁", shown(json.rest.get("normalizer")));
        }
        options.add(TextOption.LOW_BLOCK_IS_SPACE);
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
        return ScoredBpeTokenizer.ranked(pieces.tokens(), pieces.types(), merges, bos, eos, options)
                .withEnds(model.ends());
    }
}
