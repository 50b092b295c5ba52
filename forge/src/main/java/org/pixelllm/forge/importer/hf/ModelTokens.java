package org.pixelllm.forge.importer.hf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * What a model says of its tokens.
 *
 * @param bos the token that begins a text, or {@link Tokenizer#NO_TOKEN}
 * @param ends the tokens that end a text, the usual one first
 * @param rows ids of the model are below this
 * @param end what ends what is said, as it is spelled, besides these; empty for nothing
 */
public record ModelTokens(int bos, List<Integer> ends, int rows, String end) {

    private static final String BOS = "bos_token_id";
    private static final String EOS = "eos_token_id";

    public ModelTokens {
        ends = List.copyOf(ends);
    }

    /** Of a model whose ends all have ids. */
    public ModelTokens(int bos, List<Integer> ends, int rows) {
        this(bos, ends, rows, "");
    }

    /** The same with another end, as it is spelled. */
    ModelTokens endedBy(String spelling) {
        return new ModelTokens(bos, ends, rows, spelling);
    }

    /** Of a model that says nothing but how many it has. */
    public static ModelTokens ofRows(int rows) {
        return new ModelTokens(Tokenizer.NO_TOKEN, List.of(), rows);
    }

    /**
     * Of a model with a {@code config.json}, and perhaps a {@code generation_config.json} beside it, which may name more
     * tokens that end a text.
     */
    static ModelTokens of(HfConfig config, Path beside, int rows) throws PxiException {
        Set<Integer> ends = new LinkedHashSet<>(config.ids(EOS));
        Path file = beside.resolveSibling("generation_config.json");
        if (Files.exists(file)) {
            ends.addAll(HfConfig.read(file).ids(EOS));
        }
        ends.removeIf(id -> id >= rows); // never generated
        return new ModelTokens(config.id(BOS, Tokenizer.NO_TOKEN), List.copyOf(ends), rows);
    }

    /** The token that ends a text, or {@link Tokenizer#NO_TOKEN}. */
    int eos() {
        return ends.isEmpty() ? Tokenizer.NO_TOKEN : ends.getFirst();
    }
}
