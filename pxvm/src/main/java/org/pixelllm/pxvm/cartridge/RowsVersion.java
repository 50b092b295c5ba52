package org.pixelllm.pxvm.cartridge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.Weights;

/**
 * The weights of a cartridge of version 1, whose rows lie one after the other. A row in blocks is the scales of all its
 * blocks, filled up to a multiple of 64 bytes, and then their codes.
 */
final class RowsVersion {

    private static final int SCALE_BYTES = 2;

    /** The types that it has. */
    private static final List<ElementType> TYPES =
            List.of(ElementType.F32, ElementType.U8, ElementType.F16, ElementType.BF16, ElementType.Q8, ElementType.Q4);

    private final Tensor tensor;
    private final Pages pages;
    private final long page;
    private final int offset;
    private final long stride;
    private final int rowsPerPage; // 0 where a row takes several pages

    private RowsVersion(Tensor tensor, Pages pages, long page, int offset, long stride, int rowsPerPage) {
        this.tensor = tensor;
        this.pages = pages;
        this.page = page;
        this.offset = offset;
        this.stride = stride;
        this.rowsPerPage = rowsPerPage;
    }

    /** Reads the index and checks every entry against the program and the pages. */
    static Map<Integer, EncodedWeight> read(byte[] bytes, Program program, Pages pages, Header header, String file)
            throws InvalidContentException {
        List<Integer> ids = program.withRole(Role.WEIGHT);
        if (bytes.length != ids.size() * TensorIndex.ENTRY_BYTES) {
            throw Header.altered(file, "tensor index", ids.size() + " entries of 64 bytes");
        }
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            from.position(i * TensorIndex.ENTRY_BYTES);
            weights.put(ids.get(i), entry(from, ids.get(i), program, pages, header, file));
        }
        return weights;
    }

    private static EncodedWeight entry(
            ByteBuffer from, int id, Program program, Pages pages, Header header, String file)
            throws InvalidContentException {
        Tensor tensor = program.tensor(id);
        boolean fits = TYPES.contains(tensor.type())
                && from.getInt() == id
                && from.getInt() == tensor.type().code()
                && from.getInt() == tensor.rows()
                && from.getInt() == tensor.columns();
        if (fits) {
            long page = from.getLong();
            int offset = from.getInt();
            int perPage = from.getInt();
            long stride = from.getLong();
            Range range = new Range(from.getFloat(), from.getFloat());
            RowsVersion rows = new RowsVersion(tensor, pages, page, offset, stride, perPage);
            if (rows.fits(header) && Float.isFinite(range.min()) && Float.isFinite(range.max())) {
                return new EncodedWeight(range, rows::write);
            }
        }
        throw Header.altered(file, "tensor index, " + tensor.name(), "a place within the tensor section");
    }

    private boolean fits(Header header) {
        int payload = pages.payload();
        int rows = tensor.rows();
        if (stride != Weights.roundUp(rowBytes()) || offset < 0 || rowsPerPage < 0) {
            return false;
        }
        boolean whole = rowsPerPage > 0;
        if (whole && (offset + Math.min(rows, rowsPerPage) * stride > payload || (offset > 0 && rowsPerPage < rows))) {
            return false;
        }
        if (!whole && (offset > 0 || isInBlocks())) {
            return false;
        }
        long used = whole ? Math.ceilDiv(rows, rowsPerPage) : rows * Math.ceilDiv(stride, payload);
        return page >= header.section(Section.Kind.TENSORS).firstPage() && page <= header.pages() - used;
    }

    private boolean isInBlocks() {
        return tensor.type().codec() instanceof BlockCodec;
    }

    private int blocks() {
        return tensor.type().codec().units(tensor.columns());
    }

    /** Where in a row in blocks its first code is. */
    private int codesAt() {
        return Math.toIntExact(Weights.roundUp((long) SCALE_BYTES * blocks()));
    }

    private int rowBytes() {
        int bytes = tensor.type().codec().rowBytes(tensor.columns());
        return isInBlocks() ? bytes - SCALE_BYTES * blocks() + codesAt() : bytes;
    }

    private void write(int row, byte[] to, int at) {
        byte[] bytes = new byte[rowBytes()];
        if (rowsPerPage > 0) {
            pages.copy(
                    pages.offset(page + row / rowsPerPage) + offset + row % rowsPerPage * stride,
                    bytes,
                    0,
                    bytes.length);
        } else {
            int payload = pages.payload();
            long first = page + row * Math.ceilDiv(stride, payload);
            for (int done = 0; done < bytes.length; done += payload) {
                pages.copy(pages.offset(first++), bytes, done, Math.min(payload, bytes.length - done));
            }
        }
        if (tensor.type().codec() instanceof BlockCodec codec) {
            arrange(bytes, codec, to, at);
        } else {
            System.arraycopy(bytes, 0, to, at, bytes.length);
        }
    }

    /** Puts each block's scale after its codes. */
    private void arrange(byte[] row, BlockCodec codec, byte[] to, int at) {
        for (int block = 0; block < blocks(); block++) {
            int unit = at + block * codec.unitBytes();
            System.arraycopy(row, codesAt() + block * codec.codeBytes(), to, unit, codec.codeBytes());
            System.arraycopy(row, SCALE_BYTES * block, to, unit + codec.codeBytes(), SCALE_BYTES);
        }
    }
}
