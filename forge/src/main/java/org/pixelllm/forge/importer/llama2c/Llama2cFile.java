package org.pixelllm.forge.importer.llama2c;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.pixelllm.forge.importer.tensor.Cursor;
import org.pixelllm.forge.importer.tensor.MappedTensors;
import org.pixelllm.forge.importer.tensor.StoredType;
import org.pixelllm.forge.importer.tensor.TensorInfo;
import org.pixelllm.forge.importer.tensor.TensorTable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;

/**
 * A checkpoint of karpathy/llama2.c, version 0 ({@code export.py}, {@code legacy_export}): seven i32 and then f32, little
 * endian, nothing else. Each kind of tensor stands there for all layers together; here every layer has its own, named as
 * in Llama's own checkpoints: {@code layers.0.attention.wq.weight}. The rows of wq and wk are in pairs that rotate
 * together, as in GGUF.
 */
public final class Llama2cFile extends MappedTensors {

    private static final int HEADER_BYTES = 7 * Integer.BYTES;

    /** What version 1 and later begin with: "ak42". */
    private static final int LATER_MAGIC = 0x616b3432;

    private static final int MAX_DIM = 1 << 16;
    private static final int MAX_HIDDEN = 1 << 18;
    private static final int MAX_LAYERS = 1 << 10;
    private static final int MAX_HEADS = 1 << 10;
    private static final int MAX_VOCABULARY = 1 << 24;
    private static final int MAX_CONTEXT = 1 << 24;

    private final Settings settings;

    /**
     * The header.
     *
     * @param dim elements of an embedding
     * @param hidden elements of a feed-forward layer
     * @param layers number of layers
     * @param heads number of query heads
     * @param kvHeads number of key and value heads
     * @param vocabulary number of tokens
     * @param context most positions
     * @param ownClassifier whether {@code output.weight} is in the file; otherwise the embedding is used for it. The
     *     header says so by a negative vocabulary
     */
    public record Settings(
            int dim,
            int hidden,
            int layers,
            int heads,
            int kvHeads,
            int vocabulary,
            int context,
            boolean ownClassifier) {

        /** Elements of a head. */
        int headSize() {
            return dim / heads;
        }
    }

    private Llama2cFile(String file, Arena arena, TensorTable table, Settings settings) {
        super(file, arena, table);
        this.settings = settings;
    }

    /**
     * Opens a checkpoint and checks its settings and its length, to the byte.
     *
     * @throws PxiException naming the field or place that is wrong
     */
    public static Llama2cFile open(Path path) throws PxiException {
        return open(arena -> {
            String file = path.toString();
            MemorySegment memory = map(path, arena);
            Settings settings = settings(new Cursor(file, memory));
            TensorTable table = new Layout(file, memory, settings).read();
            return new Llama2cFile(file, arena, table, settings);
        });
    }

    public Settings settings() {
        return settings;
    }

    private static Settings settings(Cursor from) throws PxiException {
        from.need(HEADER_BYTES, 1, "header");
        int dim = from.i32("dim");
        if (dim == LATER_MAGIC) {
            throw new UnsupportedVersionException(new Fault(
                    from.file(),
                    "header",
                    "a checkpoint of version 0",
                    "one of version " + from.i32("version"),
                    "Export the model with --version 0."));
        }
        range(from, "dim", dim, MAX_DIM);
        int hidden = range(from, "hidden_dim", from.i32("hidden_dim"), MAX_HIDDEN);
        int layers = range(from, "n_layers", from.i32("n_layers"), MAX_LAYERS);
        int heads = range(from, "n_heads", from.i32("n_heads"), MAX_HEADS);
        int kvHeads = range(from, "n_kv_heads", from.i32("n_kv_heads"), MAX_HEADS);
        int signed = from.i32("vocab_size");
        int vocabulary = range(from, "vocab_size", signed == Integer.MIN_VALUE ? 0 : Math.abs(signed), MAX_VOCABULARY);
        int context = range(from, "seq_len", from.i32("seq_len"), MAX_CONTEXT);
        if (dim % (2 * heads) != 0) {
            throw from.fault("n_heads", "heads of an even size that divide dim " + dim, heads + " heads");
        }
        if (heads % kvHeads != 0) {
            throw from.fault("n_kv_heads", "a divisor of " + heads + " heads", String.valueOf(kvHeads));
        }
        return new Settings(dim, hidden, layers, heads, kvHeads, vocabulary, context, signed < 0);
    }

    private static int range(Cursor from, String field, int value, int most) throws InvalidContentException {
        if (value < 1 || value > most) {
            throw from.fault(field, "a number from 1 to " + most, String.valueOf(value));
        }
        return value;
    }

    /** The tensors in the file's order. */
    private static final class Layout {

        private final String file;
        private final MemorySegment memory;
        private final Settings settings;
        private final TensorTable table = new TensorTable();
        private long at = HEADER_BYTES;

        Layout(String file, MemorySegment memory, Settings settings) {
            this.file = file;
            this.memory = memory;
            this.settings = settings;
        }

        TensorTable read() throws PxiException {
            int dim = settings.dim();
            int kv = settings.kvHeads() * settings.headSize();
            int hidden = settings.hidden();
            tensor("tok_embeddings.weight", settings.vocabulary(), dim);
            layers("attention_norm.weight", dim);
            layers("attention.wq.weight", dim, dim);
            layers("attention.wk.weight", kv, dim);
            layers("attention.wv.weight", kv, dim);
            layers("attention.wo.weight", dim, dim);
            layers("ffn_norm.weight", dim);
            layers("feed_forward.w1.weight", hidden, dim);
            layers("feed_forward.w2.weight", dim, hidden);
            layers("feed_forward.w3.weight", hidden, dim);
            tensor("norm.weight", dim);
            // Tables of the rotary angles, which programs compute anew.
            tensor("freq_cis_real", settings.context(), settings.headSize() / 2);
            tensor("freq_cis_imag", settings.context(), settings.headSize() / 2);
            if (settings.ownClassifier()) {
                tensor("output.weight", settings.vocabulary(), dim);
            }
            if (at != memory.byteSize()) {
                throw new InvalidContentException(new Fault(
                        file,
                        "end of the file",
                        at + " bytes for these settings: " + settings,
                        memory.byteSize() + " bytes",
                        "This is no checkpoint of version 0, or it is damaged."));
            }
            return table;
        }

        private void layers(String name, int... shape) throws PxiException {
            for (int layer = 0; layer < settings.layers(); layer++) {
                tensor("layers." + layer + "." + name, shape);
            }
        }

        private void tensor(String name, int... shape) throws PxiException {
            List<Long> dims = IntStream.of(shape).asLongStream().boxed().toList();
            long bytes = TensorTable.bytes(file, name, dims, StoredType.F32);
            if (bytes > memory.byteSize() - at) {
                throw new TruncatedPxiException(new Fault(
                        file,
                        "tensor " + name + " at byte " + at,
                        bytes + " bytes",
                        memory.byteSize() - at + " bytes to the end of the file",
                        "The file is cut off, or no checkpoint of version 0; fetch it again, whole."));
            }
            List<Integer> sizes = IntStream.of(shape).boxed().toList();
            table.add(file, new TensorInfo(name, sizes, StoredType.F32), memory.asSlice(at, bytes));
            at += bytes;
        }
    }
}
