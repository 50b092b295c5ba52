package org.pixelllm.webgpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.webgpu.kernel.Place;
import org.pixelllm.webgpu.kernel.WeightLayout;

/**
 * Groups of rows of a matrix that fit one binding: usually all of them. Their bytes are those of the mapped pages, one
 * group after the other, without what lies between pages.
 *
 * @param tensor the matrix
 * @param firstGroup its first group
 * @param groups how many
 */
record Piece(WeightTensor tensor, int firstGroup, int groups) {

    /**
     * Cuts a matrix between groups where it is larger than a binding.
     *
     * @param binding bytes of the largest binding
     * @throws TooLargeException where one group is larger
     */
    static List<Piece> of(String name, WeightTensor tensor, long binding) {
        if (tensor.lines() != Groups.MATRIX) {
            throw new IllegalArgumentException(
                    "%s has groups of %d rows: kernels read %d".formatted(name, tensor.lines(), Groups.MATRIX));
        }
        if (tensor.stride() > binding) {
            throw new TooLargeException("%d rows of %s take %,d bytes, and a binding of this GPU holds %,d"
                    .formatted(tensor.lines(), name, tensor.stride(), binding));
        }
        int all = tensor.groups().count();
        int most = (int) Math.min(all, binding / tensor.stride());
        List<Piece> pieces = new ArrayList<>();
        for (int first = 0; first < all; first += most) {
            pieces.add(new Piece(tensor, first, Math.min(most, all - first)));
        }
        return pieces;
    }

    /** Its first row. */
    int first() {
        return firstGroup * tensor.lines();
    }

    /** Its rows, without those that only fill the last group up. */
    int count() {
        return Math.min(tensor.rows() - first(), groups * tensor.lines());
    }

    long bytes() {
        return groups * tensor.stride();
    }

    /**
     * Copies some of its bytes.
     *
     * @param at the first of them
     * @param to receives them, from its start
     */
    void copy(long at, MemorySegment to, long count) {
        long ofPart = bytesOfPart();
        for (long done = 0; done < count; ) {
            int group = (int) ((at + done) / tensor.stride());
            long within = (at + done) % tensor.stride();
            int part = (int) (within / ofPart);
            long inPart = within % ofPart;
            long left = Math.min(ofPart, tensor.stride() - part * ofPart) - inPart;
            long some = Math.min(left, count - done);
            long from = tensor.pieceOffset(firstGroup + group, part) + inPart;
            MemorySegment.copy(tensor.pages().memory(), from, to, done, some);
            done += some;
        }
    }

    /** What a page has of a group; all of it where groups are whole. */
    private long bytesOfPart() {
        if (tensor.hasWholeGroups()) {
            return tensor.stride();
        }
        long units = tensor.pieceColumns() / tensor.type().codec().unitColumns();
        return units * tensor.groups().unitBytes();
    }

    /** How a kernel reads these rows. */
    WeightLayout layout() {
        return new WeightLayout(tensor.type());
    }

    /** Where a kernel finds them. */
    Place place() {
        return new Place(
                Math.toIntExact(tensor.stride() / layout().unit()),
                tensor.columns(),
                tensor.range().min(),
                tensor.range().max() - tensor.range().min());
    }
}
