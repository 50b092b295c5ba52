package org.pixelllm.forge.importer.tensor;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.pxvm.program.Limits;

/** Collects the tensors of a file while its header is read, and checks each on its way in. */
public final class TensorTable {

    /** Tensors in a model, all its files together. */
    public static final int MAX_TENSORS = 65_535;

    /** Elements in a row: its values are read into one array. */
    private static final int MAX_COLUMNS = 1 << 28;

    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final Map<String, MemorySegment> bytes = new HashMap<>();

    /**
     * Where a tensor lies.
     *
     * @param start first byte in the data
     * @param end the byte after its last
     */
    public record Span(String name, long start, long end) {}

    /**
     * Checks a tensor's dimensions and gives its size.
     *
     * @param dims slowest first
     * @return its bytes
     */
    public static long bytes(String file, String name, List<Long> dims, StoredType type)
            throws InvalidContentException {
        long elements = 1;
        for (long dim : dims) {
            if (dim < 1 || dim > Limits.ELEMENTS / elements) {
                throw fault(
                        file,
                        name,
                        "dimensions of at least 1 and " + Limits.ELEMENTS + " elements at most",
                        "shape " + dims);
            }
            elements *= dim;
        }
        long columns = dims.isEmpty() ? 1 : dims.getLast();
        if (columns > MAX_COLUMNS || elements / columns > Integer.MAX_VALUE) {
            throw fault(
                    file,
                    name,
                    "at most " + MAX_COLUMNS + " columns and " + Integer.MAX_VALUE + " rows",
                    "shape " + dims);
        }
        if (columns % type.blockElements() != 0) {
            throw fault(
                    file,
                    name,
                    "rows of a multiple of " + type.blockElements() + " elements in type " + type,
                    "shape " + dims);
        }
        return elements / columns * type.rowBytes((int) columns);
    }

    /** Adds a tensor whose dimensions {@link #bytes(String, String, List, StoredType)} has passed. */
    public void add(String file, TensorInfo info, MemorySegment memory) throws InvalidContentException {
        if (infos.putIfAbsent(info.name(), info) != null) {
            throw fault(file, info.name(), "each name once", "it a second time");
        }
        if (infos.size() > MAX_TENSORS) {
            throw fault(file, info.name(), "at most " + MAX_TENSORS + " tensors", "more");
        }
        bytes.put(info.name(), memory);
    }

    /**
     * Checks that the tensors lie within the data and apart from each other.
     *
     * @param available bytes of data in the file
     */
    public static void requireApart(String file, List<Span> spans, long available) throws PxiException {
        List<Span> ordered = new ArrayList<>(spans);
        ordered.sort(Comparator.comparingLong(Span::start).thenComparingLong(Span::end));
        long end = 0;
        String before = "";
        for (Span span : ordered) {
            if (span.start() < end) {
                throw fault(
                        file,
                        span.name(),
                        "bytes of its own",
                        "bytes " + span.start() + " to " + span.end() + ", which overlap those of " + before);
            }
            if (span.end() > available) {
                throw new TruncatedPxiException(new Fault(
                        file,
                        "tensor " + span.name(),
                        "its bytes " + span.start() + " to " + span.end() + " of the data",
                        "data of " + available + " bytes",
                        "The file is cut off or damaged; fetch it again, whole."));
            }
            end = span.end();
            before = span.name();
        }
    }

    /** How many tensors there are so far. */
    public int count() {
        return infos.size();
    }

    List<TensorInfo> infos() {
        return List.copyOf(infos.values());
    }

    Map<String, MemorySegment> bytes() {
        return Map.copyOf(bytes);
    }

    private static InvalidContentException fault(String file, String name, String expected, String found) {
        return new InvalidContentException(new Fault(
                file, "tensor " + name, expected, found, "The file is damaged or not made by the format's rules."));
    }
}
