package org.pixelllm.forge.importer.hf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.importer.tensor.Cursor;
import org.pixelllm.forge.importer.tensor.MappedTensors;
import org.pixelllm.forge.importer.tensor.StoredType;
import org.pixelllm.forge.importer.tensor.TensorInfo;
import org.pixelllm.forge.importer.tensor.TensorTable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/**
 * A safetensors file, or the shards of one with their {@code model.safetensors.index.json}, as the format's README says:
 * the header's length as u64, the header, a JSON object, and the tensors' data, without gaps. Rows are read of F32, F16
 * and BF16; tensors of other known types may stand in the file but are not among {@link #tensors}.
 */
public final class SafetensorsFile extends MappedTensors {

    /** The end of the name of an index of shards. */
    public static final String INDEX_SUFFIX = ".safetensors.index.json";

    /** The format's own limit. */
    private static final int MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;

    /** Bytes of an element of the types that are not read. */
    private static final Map<String, Integer> OTHER_TYPES = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E8M0", 1),
            Map.entry("I16", 2),
            Map.entry("U16", 2),
            Map.entry("I32", 4),
            Map.entry("U32", 4),
            Map.entry("I64", 8),
            Map.entry("U64", 8),
            Map.entry("F64", 8));

    private static final Map<String, StoredType> TYPES =
            Map.of("F32", StoredType.F32, "F16", StoredType.F16, "BF16", StoredType.BF16);

    private final Map<String, String> others; // name to type

    private SafetensorsFile(String file, Arena arena, TensorTable table, Map<String, String> others) {
        super(file, arena, table);
        this.others = Map.copyOf(others);
    }

    /**
     * Opens a file, or all files that an index names, and checks every header and every tensor's place.
     *
     * @param path a {@code .safetensors} or a {@code .safetensors.index.json}
     * @throws PxiException naming the file and the tensor or place that is wrong
     */
    public static SafetensorsFile open(Path path) throws PxiException {
        return open(arena -> {
            TensorTable table = new TensorTable();
            Map<String, String> others = new HashMap<>();
            if (path.toString().endsWith(INDEX_SUFFIX)) {
                SafetensorsIndex index = SafetensorsIndex.read(path);
                for (String shard : index.shards()) {
                    List<String> names = read(path.resolveSibling(shard), arena, table, others);
                    index.requireSame(shard, names);
                }
            } else {
                read(path, arena, table, others);
            }
            return new SafetensorsFile(path.toString(), arena, table, others);
        });
    }

    /** Whether these first bytes of a file are a safetensors file's: a length and the start of a JSON object. */
    public static boolean matches(byte[] start) {
        return start.length > LENGTH_BYTES && start[LENGTH_BYTES] == '{' && start[LENGTH_BYTES - 1] == 0;
    }

    @Override
    public TensorInfo require(String name, List<Integer> shape) throws InvalidContentException {
        String other = others.get(name);
        if (other != null) {
            throw new InvalidContentException(new Fault(
                    file(),
                    "tensor " + name,
                    "type F32, F16 or BF16",
                    other.startsWith("F8") ? other + ", an 8-bit floating-point type" : other,
                    "Take the same model in one of these types, or its GGUF file."));
        }
        return super.require(name, shape);
    }

    /** Reads one file into the table and gives the names of all its tensors. */
    private static List<String> read(Path path, Arena arena, TensorTable table, Map<String, String> others)
            throws PxiException {
        String file = path.toString();
        MemorySegment memory = map(path, arena);
        SafetensorsHeader header = SafetensorsHeader.parse(json(file, memory), file);
        long data = LENGTH_BYTES + memory.get(Cursor.LONG, 0);
        long available = memory.byteSize() - data;
        List<String> names = new ArrayList<>();
        List<TensorTable.Span> spans = new ArrayList<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            checkSize(file, entry);
            names.add(entry.name());
            spans.add(new TensorTable.Span(entry.name(), entry.start(), entry.end()));
        }
        TensorTable.requireApart(file, spans, available);
        requireNoGaps(file, spans, available);
        for (SafetensorsHeader.Entry entry : header.entries()) {
            StoredType type = TYPES.get(entry.dtype());
            if (type == null) {
                others.put(entry.name(), entry.dtype());
            } else {
                List<Integer> shape =
                        entry.dims().stream().map(Math::toIntExact).toList();
                MemorySegment bytes = memory.asSlice(data + entry.start(), entry.end() - entry.start());
                table.add(file, new TensorInfo(entry.name(), shape, type), bytes);
            }
        }
        return names;
    }

    private static String json(String file, MemorySegment memory) throws PxiException {
        Cursor from = new Cursor(file, memory);
        int length = (int) from.count("header length", MAX_HEADER_BYTES);
        byte[] bytes = from.bytes(length, "header");
        if (length == 0 || bytes[0] != '{') {
            throw fault(file, "header at byte 8", "a JSON object, which begins with {", "other bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw fault(file, "header", "UTF-8", "other bytes");
        }
    }

    private static void checkSize(String file, SafetensorsHeader.Entry entry) throws InvalidContentException {
        StoredType type = TYPES.get(entry.dtype());
        @Nullable Integer other = OTHER_TYPES.get(entry.dtype());
        if (type == null && other == null) {
            throw fault(file, "tensor " + entry.name() + ", dtype", "a type of the format", entry.dtype());
        }
        // The types that are not read have sizes by their elements too.
        long size = type != null
                ? TensorTable.bytes(file, entry.name(), entry.dims(), type)
                : TensorTable.bytes(file, entry.name(), entry.dims(), StoredType.F32)
                        / 4
                        * Objects.requireNonNull(other);
        if (entry.end() - entry.start() != size) {
            throw fault(
                    file,
                    "tensor " + entry.name() + ", data_offsets",
                    size + " bytes for " + entry.dtype() + " " + entry.dims(),
                    entry.start() + " to " + entry.end());
        }
    }

    private static void requireNoGaps(String file, List<TensorTable.Span> spans, long available)
            throws InvalidContentException {
        long total = 0;
        for (TensorTable.Span span : spans) {
            total += span.end() - span.start();
        }
        // Nothing overlaps and all lies within: whatever is missing from the sum is a gap.
        if (total != available) {
            throw fault(file, "data", total + " bytes, as the header's tensors have", available + " bytes");
        }
    }

    private static InvalidContentException fault(String file, String place, String expected, String found) {
        return new InvalidContentException(
                new Fault(file, place, expected, found, "The file is damaged or not made by the format's rules."));
    }
}
