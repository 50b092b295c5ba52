package org.pixelllm.forge.importer.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;

/** What all readers share: tensors as pieces of mapped memory. */
public abstract non-sealed class MappedTensors implements TensorFile {

    private final String file;
    private final Arena arena;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, MemorySegment> bytes;

    /** @param table the tensors; each one's bytes must live as long as the arena */
    public MappedTensors(String file, Arena arena, TensorTable table) {
        this.file = file;
        this.arena = arena;
        this.bytes = table.bytes();
        table.infos().forEach(info -> tensors.put(info.name(), info));
    }

    /** Opens a reader on an arena that is closed again where opening fails. */
    public interface Opener<T> {
        T open(Arena arena) throws PxiException;
    }

    @SuppressWarnings("MustBeClosedChecker") // The reader closes it.
    public static <T> T open(Opener<T> opener) throws PxiException {
        Arena arena = Arena.ofShared();
        try {
            return opener.open(arena);
        } catch (PxiException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    public static MemorySegment map(Path path, Arena arena) throws PxiException {
        PxiFiles.requireRegular(path);
        try (FileChannel channel = FileChannel.open(path)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw PxiFiles.unreadable(path, e);
        }
    }

    @Override
    public final String file() {
        return file;
    }

    @Override
    public final Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public TensorInfo require(String name) throws InvalidContentException {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw fault(name, "such a tensor", "none of this name");
        }
        return info;
    }

    @Override
    public TensorInfo require(String name, List<Integer> shape) throws InvalidContentException {
        TensorInfo info = tensors.get(name);
        if (info == null || !info.shape().equals(shape)) {
            throw fault(
                    name, "a tensor of shape " + shape, info == null ? "none of this name" : "shape " + info.shape());
        }
        return info;
    }

    private InvalidContentException fault(String name, String expected, String found) {
        return new InvalidContentException(new Fault(
                file,
                "tensor " + name,
                expected,
                found,
                "The file does not hold the model that its settings describe; fetch it again, whole."));
    }

    private TensorInfo known(String name) {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw new IllegalArgumentException(file + " has no tensor " + name);
        }
        return info;
    }

    /** A row's bytes as they stand in the file. */
    private byte[] rowBytes(TensorInfo info, int row) {
        return bytes(info, row, 0, info.columns());
    }

    /** The bytes of some columns of a row, which begin and end with a block. */
    private byte[] bytes(TensorInfo info, int row, int column, int count) {
        if (row < 0 || row >= info.rows()) {
            throw new IllegalArgumentException(info + " has no row " + row);
        }
        StoredType type = info.type();
        byte[] to = new byte[Math.toIntExact(type.rowBytes(count))];
        MemorySegment from = Objects.requireNonNull(bytes.get(info.name()));
        long at = row * type.rowBytes(info.columns()) + type.rowBytes(column);
        MemorySegment.copy(from, at, MemorySegment.ofArray(to), 0, to.length);
        return to;
    }

    @Override
    public final void readRow(String name, int row, float[] to) {
        TensorInfo info = known(name);
        info.type().decode(rowBytes(info, row), to);
    }

    @Override
    public final void readPart(String name, int row, int column, float[] to) {
        TensorInfo info = known(name);
        if (column < 0 || column > info.columns() - to.length) {
            throw new IllegalArgumentException(info + " has no " + to.length + " columns from " + column);
        }
        if (info.type().blockElements() == 1) {
            info.type().decode(bytes(info, row, column, to.length), to);
        } else {
            float[] whole = new float[info.columns()];
            readRow(name, row, whole);
            System.arraycopy(whole, column, to, 0, to.length);
        }
    }

    @Override
    public final EncodedWeight encoded(String name, ElementType type, IntUnaryOperator rowOf) {
        TensorInfo info = known(name);
        if (info.type().same() != type) {
            return EncodedWeight.ofRows(
                    type, info.rows(), info.columns(), (row, to) -> readRow(name, rowOf.applyAsInt(row), to));
        }
        return new EncodedWeight(
                Range.NONE, (row, to, at) -> info.type().arrange(rowBytes(info, rowOf.applyAsInt(row)), to, at));
    }

    @Override
    public final float[] values(String name) {
        TensorInfo info = known(name);
        float[] row = new float[info.columns()];
        float[] all = new float[Math.multiplyExact(info.rows(), row.length)];
        for (int r = 0; r < info.rows(); r++) {
            readRow(name, r, row);
            System.arraycopy(row, 0, all, r * row.length, row.length);
        }
        return all;
    }

    @Override
    public final void close() {
        arena.close();
    }
}
