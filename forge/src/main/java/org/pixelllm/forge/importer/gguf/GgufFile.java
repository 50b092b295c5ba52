package org.pixelllm.forge.importer.gguf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
 * A GGUF file, versions 2 and 3, little endian, as ggml's {@code docs/gguf.md} says:
 *
 * <pre>
 * "GGUF"  version u32  tensors u64  keys u64
 * keys:    name string, type u32, value               string = length u64, UTF-8
 * tensors: name string, rank u32, dims u64 (fastest first), type u32, offset u64
 * zeros to a multiple of the alignment, then the tensors' data, each at its offset
 * </pre>
 */
public final class GgufFile extends MappedTensors {

    private static final byte[] MAGIC = {'G', 'G', 'U', 'F'};
    private static final String ALIGNMENT_KEY = "general.alignment";
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final int MAX_KEYS = 1 << 16;
    private static final int MAX_NAME_BYTES = 65_535;
    private static final int MAX_RANK = 4;

    /** Everything before the tensors' data. */
    private static final long MAX_HEADER_BYTES = 1L << 28;

    /** The fewest bytes of a key with a value, and of a tensor's declaration. */
    private static final int LEAST_KEY_BYTES = 8 + 4 + 1;

    private static final int LEAST_TENSOR_BYTES = 8 + 4 + 8 + 4 + 8;

    private final GgufMetadata metadata;

    private GgufFile(String file, Arena arena, TensorTable table, GgufMetadata metadata) {
        super(file, arena, table);
        this.metadata = metadata;
    }

    /**
     * Opens a file, or all files of a model that was split, and checks their headers and every tensor's place.
     *
     * @param path the file, or the first of several
     * @throws PxiException naming the key, tensor or place that is wrong
     */
    public static GgufFile open(Path path) throws PxiException {
        return open(arena -> {
            TensorTable table = new TensorTable();
            GgufMetadata metadata = new Opening(path.toString(), map(path, arena)).read(table);
            GgufSplit split = GgufSplit.of(path, metadata);
            for (Path other : split.others()) {
                split.requirePart(other, new Opening(other.toString(), map(other, arena)).read(table));
            }
            split.requireAll(table.count());
            return new GgufFile(path.toString(), arena, table, metadata);
        });
    }

    GgufMetadata metadata() {
        return metadata;
    }

    /** Whether these first bytes of a file are GGUF's. */
    public static boolean matches(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC);
    }

    /**
     * A tensor's declaration.
     *
     * @param info what is known of it
     * @param offset from the start of the data
     * @param bytes its size
     */
    private record Declared(TensorInfo info, long offset, long bytes) {}

    /** A file on its way to being open. */
    private static final class Opening {

        private final String file;
        private final MemorySegment memory;
        private final Cursor from;

        Opening(String file, MemorySegment memory) {
            this.file = file;
            this.memory = memory;
            this.from = new Cursor(file, memory.asSlice(0, Math.min(memory.byteSize(), MAX_HEADER_BYTES)));
        }

        GgufMetadata read(TensorTable table) throws PxiException {
            checkStart();
            int tensors = (int) from.count("tensor count", TensorTable.MAX_TENSORS);
            int keys = (int) from.count("key count", MAX_KEYS);
            from.need(keys, LEAST_KEY_BYTES, "metadata");
            GgufMetadata metadata = new GgufMetadata(file, readKeys(keys));
            int alignment = metadata.whole(ALIGNMENT_KEY, 1, MAX_ALIGNMENT, DEFAULT_ALIGNMENT);
            if (Integer.bitCount(alignment) != 1) {
                throw from.fault("metadata " + ALIGNMENT_KEY, "a power of two", String.valueOf(alignment));
            }
            from.need(tensors, LEAST_TENSOR_BYTES, "tensor declarations");
            List<Declared> declared = new ArrayList<>(tensors);
            for (int i = 0; i < tensors; i++) {
                declared.add(declaration(i, alignment));
            }
            addTo(table, declared, alignment);
            return metadata;
        }

        private void checkStart() throws PxiException {
            byte[] start = from.bytes(MAGIC.length, "magic");
            if (!matches(start)) {
                throw from.fault("magic", "the bytes GGUF", Arrays.toString(start));
            }
            int version = from.i32("version");
            if (version != 2 && version != 3) {
                boolean big = Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3;
                throw new UnsupportedVersionException(new Fault(
                        file,
                        "version at byte 4",
                        "2 or 3, little endian",
                        big ? "a big-endian file" : Integer.toUnsignedString(version),
                        "Convert the model with a current version of llama.cpp, on a little-endian machine."));
            }
        }

        private Map<String, GgufValue> readKeys(int count) throws PxiException {
            Map<String, GgufValue> values = new LinkedHashMap<>();
            GgufValueReader reader = new GgufValueReader(from);
            for (int i = 0; i < count; i++) {
                String key = from.string("key " + i, MAX_NAME_BYTES);
                if (values.put(key, reader.read("metadata " + key)) != null) {
                    throw from.fault("metadata " + key, "each key once", "it a second time");
                }
            }
            return Collections.unmodifiableMap(values);
        }

        private Declared declaration(int index, int alignment) throws PxiException {
            String name = from.string("tensor " + index + ", name", MAX_NAME_BYTES);
            String place = "tensor " + name;
            long rank = from.u32(place + ", rank");
            if (rank < 1 || rank > MAX_RANK) {
                throw from.fault(place + ", rank", "1 to " + MAX_RANK + " dimensions", String.valueOf(rank));
            }
            List<Long> dims = new ArrayList<>();
            for (int i = 0; i < rank; i++) {
                dims.addFirst(from.count(place + ", dimension " + i, Long.MAX_VALUE));
            }
            int code = from.i32(place + ", type");
            @Nullable StoredType type = StoredType.ofGguf(code);
            if (type == null) {
                throw new InvalidContentException(new Fault(
                        file,
                        place + ", type",
                        "one of " + Arrays.toString(StoredType.values()),
                        StoredType.wordsOfGguf(code),
                        "Take the same model in one of these types, such as Q4_K_M, Q6_K or Q8_0."));
            }
            long bytes = TensorTable.bytes(file, name, dims, type);
            long offset = from.count(place + ", offset", Long.MAX_VALUE);
            if (offset % alignment != 0) {
                throw from.fault(place + ", offset", "a multiple of " + alignment, String.valueOf(offset));
            }
            List<Integer> shape = dims.stream().map(Math::toIntExact).toList();
            return new Declared(new TensorInfo(name, shape, type), offset, bytes);
        }

        private void addTo(TensorTable table, List<Declared> declared, int alignment) throws PxiException {
            long data = (from.at() + alignment - 1) & -alignment;
            long available = Math.max(0, memory.byteSize() - data);
            List<TensorTable.Span> spans = new ArrayList<>(declared.size());
            for (Declared each : declared) {
                if (each.offset() > available) {
                    throw beyondTheEnd(each, available);
                }
                spans.add(new TensorTable.Span(each.info().name(), each.offset(), each.offset() + each.bytes()));
            }
            TensorTable.requireApart(file, spans, available);
            for (Declared each : declared) {
                table.add(file, each.info(), memory.asSlice(data + each.offset(), each.bytes()));
            }
        }

        private TruncatedPxiException beyondTheEnd(Declared each, long available) {
            return new TruncatedPxiException(new Fault(
                    file,
                    "tensor " + each.info().name() + ", offset",
                    "a place within the data's " + available + " bytes",
                    String.valueOf(each.offset()),
                    "The file is cut off or damaged; fetch it again, whole."));
        }
    }
}
