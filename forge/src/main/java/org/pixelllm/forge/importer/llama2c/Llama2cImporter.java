package org.pixelllm.forge.importer.llama2c;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Style;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.forge.importer.assembly.SourceNames;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/** Makes a model of a llama2.c checkpoint. What its header does not say, llama2.c's code does. */
public final class Llama2cImporter {

    private static final float EPSILON = 1e-5f;
    private static final float THETA = 10_000;

    private static final Function<String, Source.Stored> NAMES = SourceNames.of(
            Map.of(
                    WeightNames.EMBED, "tok_embeddings",
                    WeightNames.NORM, "norm",
                    WeightNames.OUT, "output"),
            "layers.",
            Map.of(
                    WeightNames.ATTENTION_NORM, "attention_norm",
                    WeightNames.Q, "attention.wq",
                    WeightNames.K, "attention.wk",
                    WeightNames.V, "attention.wv",
                    WeightNames.O, "attention.wo",
                    WeightNames.FEED_NORM, "ffn_norm",
                    WeightNames.GATE, "feed_forward.w1",
                    WeightNames.UP, "feed_forward.w3",
                    WeightNames.DOWN, "feed_forward.w2"));

    private Llama2cImporter() {}

    /**
     * Reads a model.
     *
     * @param context how many positions it shall have; 0 for as many as it has
     */
    public static Model read(Llama2cFile file, Path path, @Nullable Tokenizer tokenizer, int context)
            throws PxiException {
        Llama2cFile.Settings s = file.settings();
        int positions = Assembly.context(file.file(), "context length", s.context(), context);
        Embedding embedding = new Embedding(s.vocabulary(), s.dim(), !s.ownClassifier());
        Decoder.Attention attention = Decoder.Attention.full(
                new Heads(s.heads(), s.kvHeads(), s.headSize()),
                Rope.plain(Rope.Pairing.ADJACENT, s.headSize(), THETA));
        Decoder.Layer layer = new Decoder.Layer(attention, new Feed.Dense(s.hidden()));
        Decoder family = Decoder.uniform(
                Style.LLAMA, embedding, positions, s.layers(), layer, Decoder.Biases.NONE, EPSILON, ElementType.F32);
        String name = String.valueOf(path.getFileName());
        Manifest manifest = new Manifest(
                name.endsWith(".bin") ? name.substring(0, name.length() - ".bin".length()) : name,
                Style.LLAMA.name(),
                "unstated",
                Map.of("source", "llama2.c checkpoint, version 0"));
        Blueprint blueprint =
                Blueprint.of(Style.LLAMA.name(), family.program(), NAMES, "freq_cis_real", "freq_cis_imag");
        return Assembly.model(blueprint, file, rows -> tokenizer, manifest);
    }

    /** The tokenizer that llama2.c's tools put beside a checkpoint, or null: tokN.bin for N tokens, or tokenizer.bin. */
    public static @Nullable Tokenizer tokenizerBeside(Path checkpoint, int vocabulary) throws PxiException {
        for (String name : new String[] {"tok" + vocabulary + ".bin", "tokenizer.bin"}) {
            Path file = checkpoint.resolveSibling(name);
            if (Files.exists(file)) {
                return Llama2cTokenizerReader.read(file, vocabulary);
            }
        }
        return null;
    }
}
