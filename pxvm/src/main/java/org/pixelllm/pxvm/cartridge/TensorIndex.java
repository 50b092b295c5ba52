package org.pixelllm.pxvm.cartridge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** The tensor index: for each weight of the program 64 bytes that say where it is stored. */
final class TensorIndex {

    static final int ENTRY_BYTES = 64;

    private TensorIndex() {}

    static byte[] write(Program program, Layout layout, long firstPage, Map<Integer, EncodedWeight> weights) {
        ByteBuffer to =
                ByteBuffer.allocate(layout.places().size() * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Layout.Place place : layout.places()) {
            Tensor tensor = program.tensor(place.id());
            Range range = Objects.requireNonNull(weights.get(place.id())).range();
            int start = to.position();
            to.putInt(place.id()).putInt(tensor.type().code());
            to.putInt(tensor.rows()).putInt(tensor.columns());
            to.putLong(firstPage + place.page()).putInt(place.offset()).putInt(place.groupsPerPage());
            to.putLong(place.groups().stride()).putFloat(range.min()).putFloat(range.max());
            to.position(start + ENTRY_BYTES);
        }
        return to.array();
    }

    /** Reads the index and checks every entry against the program and the pages. */
    static Weights read(byte[] bytes, Program program, Pages pages, Section tensors, long pageCount, String file)
            throws PxiException {
        List<Integer> ids = program.withRole(Role.WEIGHT);
        if (bytes.length != ids.size() * ENTRY_BYTES) {
            throw fault(file, "", ids.size() + " entries of 64 bytes", bytes.length + " bytes");
        }
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            from.position(i * ENTRY_BYTES);
            weights.put(ids.get(i), entry(from, ids.get(i), program, pages, tensors, pageCount, file));
        }
        return new Weights(weights);
    }

    private static WeightTensor entry(
            ByteBuffer from, int id, Program program, Pages pages, Section tensors, long pageCount, String file)
            throws PxiException {
        Tensor tensor = program.tensor(id);
        int statedId = from.getInt();
        int type = from.getInt();
        int rows = from.getInt();
        int columns = from.getInt();
        if (statedId != id || type != tensor.type().code() || rows != tensor.rows() || columns != tensor.columns()) {
            throw fault(
                    file,
                    ", " + tensor.name(),
                    "tensor %d, type %d, %d x %d as the program declares"
                            .formatted(id, tensor.type().code(), tensor.rows(), tensor.columns()),
                    "tensor %d, type %d, %d x %d".formatted(statedId, type, rows, columns));
        }
        long page = from.getLong();
        int offset = from.getInt();
        int perPage = from.getInt();
        long stride = from.getLong();
        Range range = new Range(from.getFloat(), from.getFloat());
        Groups groups = tensor.groups();
        int payload = pages.payload();
        boolean fits = stride == groups.stride()
                && groups.unitBytes() <= payload
                && offset >= 0
                && offset % PageFormat.ALIGNMENT == 0
                && perPage >= 0;
        if (fits) {
            long pagesUsed;
            if (perPage == 0) {
                fits = offset == 0 && stride > payload;
                pagesUsed = (long) groups.count() * groups.pieces(payload);
            } else {
                // All groups in one page may follow others; groups over several pages begin a page.
                fits = offset + Math.min(groups.count(), perPage) * stride <= payload
                        && (offset == 0 || perPage >= groups.count());
                pagesUsed = Math.ceilDiv(groups.count(), perPage);
            }
            fits &= page >= tensors.firstPage() && page <= pageCount - pagesUsed;
            fits &= Float.isFinite(range.min()) && Float.isFinite(range.max());
        }
        if (!fits) {
            throw fault(
                    file,
                    ", " + tensor.name(),
                    "a place within the tensor section",
                    "page %d, offset %d, stride %d, %d groups of rows a page".formatted(page, offset, stride, perPage));
        }
        return new WeightTensor(range, groups, pages, page, offset, perPage);
    }

    private static InvalidContentException fault(String file, String where, String expected, String found) {
        return new InvalidContentException(
                new Fault(file, "tensor index" + where, expected, found, "Make the cartridge again."));
    }
}
