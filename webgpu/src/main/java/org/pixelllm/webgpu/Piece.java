package org.pixelllm.webgpu;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.webgpu.kernel.Place;
import org.pixelllm.webgpu.kernel.WeightLayout;

/**
 * Rows of a weight that lie at regular distances and fit one binding: usually all of them. The mapped bytes are copied as
 * they are, with the framing between the pages.
 *
 * @param tensor the weight
 * @param first its first row
 * @param count rows
 * @param from offset of their first byte in the pages' memory
 * @param bytes how many
 */
record Piece(WeightTensor tensor, int first, int count, long from, long bytes) {

    /**
     * Cuts a weight at its pages where it is larger than a binding, and where its pages are interrupted.
     *
     * @param binding bytes of the largest binding
     */
    static List<Piece> of(String name, WeightTensor tensor, long binding) {
        List<Piece> pieces = new ArrayList<>();
        int rows = tensor.rows();
        int step = tensor.hasWholeRows() ? tensor.rowsPerPage() : 1;
        for (int first = 0; first < rows; ) {
            int end = Math.min(rows, first + step);
            if (size(tensor, first, end) > binding) {
                // A page may hold more than a binding where it is plain memory.
                end = (int) Math.min(end, first + Math.max(1, binding / tensor.stride()));
                if (size(tensor, first, end) > binding) {
                    throw new TooLargeException("a row of %s takes %,d bytes, and a binding of this GPU holds %,d"
                            .formatted(name, size(tensor, first, end), binding));
                }
            } else {
                while (end < rows) {
                    int next = Math.min(rows, end + step);
                    if (size(tensor, first, next) > binding || isInterrupted(tensor, first, next)) {
                        break;
                    }
                    end = next;
                }
            }
            pieces.add(new Piece(tensor, first, end - first, tensor.rowOffset(first), size(tensor, first, end)));
            first = end;
        }
        return pieces;
    }

    /** Bytes from the first row's beginning to the end of the last one. */
    private static long size(WeightTensor tensor, int first, int end) {
        return lastByte(tensor, end - 1) - tensor.rowOffset(first);
    }

    private static long lastByte(WeightTensor tensor, int row) {
        if (tensor.hasWholeRows()) {
            return tensor.rowOffset(row) + tensor.stride();
        }
        Pages pages = tensor.pages();
        long inLast = (tensor.stride() - 1) % pages.payload() + 1;
        long before = Math.ceilDiv(tensor.stride(), (long) pages.payload()) - 1;
        return pages.offset(tensor.firstPage() + (row + 1) * (before + 1) - 1) + inLast;
    }

    /** Whether the pages of these rows do not all lie at the same distance. */
    private static boolean isInterrupted(WeightTensor tensor, int first, int end) {
        Pages pages = tensor.pages();
        long perRow = Math.ceilDiv(tensor.stride(), (long) pages.payload());
        long from = tensor.firstPage() + (tensor.hasWholeRows() ? first / tensor.rowsPerPage() : first * perRow);
        long to = tensor.firstPage() + (tensor.hasWholeRows() ? (end - 1) / tensor.rowsPerPage() : end * perRow - 1);
        return from / pages.run() != to / pages.run();
    }

    /** How a kernel reads these rows. */
    WeightLayout layout() {
        return new WeightLayout(tensor.type(), tensor.hasWholeRows());
    }

    /** Where these rows lie. */
    Place place() {
        int unit = layout().unit();
        Pages pages = tensor.pages();
        boolean blocks = tensor.type().codec() instanceof BlockCodec;
        // Rows that share one page need no distance between pages, which may be too large for an int.
        long pitch = pages.pitch() / unit;
        boolean onePage = tensor.hasWholeRows() && first % tensor.rowsPerPage() + count <= tensor.rowsPerPage();
        return new Place(
                tensor.hasWholeRows() ? onePage ? Integer.MAX_VALUE : tensor.rowsPerPage() : 0,
                onePage ? 0 : Math.toIntExact(pitch),
                Math.toIntExact(tensor.stride() / unit),
                Math.toIntExact(Math.ceilDiv(tensor.stride(), (long) pages.payload())),
                pages.payload() / unit,
                blocks ? BlockCodec.codesAt(tensor.columns()) / unit : 0,
                tensor.range().min(),
                tensor.range().max() - tensor.range().min());
    }
}
