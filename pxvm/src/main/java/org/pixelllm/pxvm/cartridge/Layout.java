package org.pixelllm.pxvm.cartridge;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.Weights;

/**
 * Where each weight is stored, for one page size. A tensor that fits in what is left of a page shares it; a larger one
 * begins a page.
 *
 * @param places one for each weight of the program, in its order; pages are counted from the tensor section's first
 * @param pages pages of the tensor section
 */
record Layout(List<Place> places, long pages) {

    private static final int LONGEST_PAGE = PageFormat.payload(PageFormat.MAX_WIDTH);

    /**
     * Where one weight is stored.
     *
     * @param id its place in the program's tensor list
     * @param page the page of row 0
     * @param offset its byte offset there
     * @param stride bytes from row to row
     * @param rowsPerPage rows in a full page; 0 where a row takes several pages
     */
    record Place(int id, long page, int offset, long stride, int rowsPerPage) {}

    static Layout of(Program program, int payload) {
        List<Place> places = new ArrayList<>();
        long page = 0;
        int offset = 0;
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            long stride = rowBytes(tensor);
            int rows = tensor.rows();
            if (stride <= (payload - offset) / rows) {
                places.add(new Place(id, page, offset, stride, rows));
                offset += (int) (rows * stride);
                continue;
            }
            if (offset > 0) {
                page++;
                offset = 0;
            }
            if (stride <= payload) {
                int rowsPerPage = (int) (payload / stride);
                places.add(new Place(id, page, 0, stride, rowsPerPage));
                int last = (rows - 1) / rowsPerPage;
                page += last;
                offset = (int) ((rows - last * (long) rowsPerPage) * stride);
            } else {
                places.add(new Place(id, page, 0, stride, 0));
                page += rows * Math.ceilDiv(stride, payload);
            }
        }
        return new Layout(List.copyOf(places), page + (offset > 0 ? 1 : 0));
    }

    /**
     * The longest row of a program's weights, in bytes.
     *
     * @param wholeOnly only among the types whose rows must not be cut
     */
    private static long longestRow(Program program, boolean wholeOnly) {
        long longest = 0;
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            if (!wholeOnly || tensor.type().codec().needsWholeRows()) {
                longest = Math.max(longest, rowBytes(tensor));
            }
        }
        return longest;
    }

    private static long rowBytes(Tensor tensor) {
        return Weights.roundUp(tensor.type().codec().rowBytes(tensor.columns()));
    }

    /**
     * Checks that no row that must be whole is longer than the longest page.
     *
     * @param file the cartridge to be written, for the message
     */
    static void requireRowsThatFit(Program program, String file) throws InvalidContentException {
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            if (tensor.type().codec().needsWholeRows() && rowBytes(tensor) > LONGEST_PAGE) {
                throw new InvalidContentException(new Fault(
                        file,
                        "tensor " + tensor.name(),
                        "rows of at most " + LONGEST_PAGE + " bytes, one page, in type "
                                + tensor.type().word(),
                        "rows of " + tensor.columns() + " elements, which take " + rowBytes(tensor) + " bytes",
                        "Keep this tensor as f32, f16, bf16 or u8, whose rows may go on over several pages."));
            }
        }
    }

    /**
     * The width that wastes least among those whose picture is not too far from a square, and, where possible, hold
     * every row whole.
     *
     * @param otherBytes bytes of the other sections
     */
    static int chooseWidth(Program program, long otherBytes) {
        long longest = longestRow(program, false);
        long whole = longestRow(program, true);
        int best = PageFormat.MIN_WIDTH;
        double bestCost = Double.MAX_VALUE;
        // Widths of 16 modulo 64 have the least framing: 16 bytes, and 48 of pixels that hold no data.
        for (int width = PageFormat.MIN_WIDTH; width <= PageFormat.MAX_WIDTH; width += PageFormat.ALIGNMENT) {
            int payload = PageFormat.payload(width);
            if (payload < whole) {
                continue;
            }
            long rows = Layout.of(program, payload).pages() + otherBytes / payload + 4;
            double aspect = Math.max((double) rows / width, (double) width / rows);
            double cost = (double) rows * PageFormat.pitch(width);
            cost *= aspect <= 2 ? 1 : aspect;
            cost *= longest <= payload ? 1 : 4;
            if (cost < bestCost) {
                bestCost = cost;
                best = width;
            }
        }
        return best;
    }
}
