package org.pixelllm.pxvm.cartridge;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.weights.Groups;

/**
 * Where each weight is stored, for one page size. A tensor that fits in what is left of a page shares it; a larger one
 * begins a page.
 *
 * @param places one for each weight of the program, in its order; pages are counted from the tensor section's first
 * @param pages pages of the tensor section
 */
record Layout(List<Place> places, long pages) {

    /** Sides of a picture that are no further apart are as good as a square; beyond, bytes are weighed against looks. */
    private static final double SQUARE_ENOUGH = 3;

    /**
     * Where one weight is stored.
     *
     * @param id its place in the program's tensor list
     * @param groups its rows
     * @param page the page of group 0
     * @param offset its byte offset there
     * @param groupsPerPage groups in a full page; 0 where each takes several pages
     */
    record Place(int id, Groups groups, long page, int offset, int groupsPerPage) {}

    /** @param payload bytes of a page, no fewer than any weight's unit */
    static Layout of(Program program, int payload) {
        List<Place> places = new ArrayList<>();
        long page = 0;
        int offset = 0;
        for (int id : program.withRole(Role.WEIGHT)) {
            Groups groups = program.tensor(id).groups();
            long stride = groups.stride();
            int count = groups.count();
            if (stride <= (payload - offset) / count) {
                places.add(new Place(id, groups, page, offset, count));
                offset += (int) (count * stride);
                continue;
            }
            if (offset > 0) {
                page++;
                offset = 0;
            }
            if (stride <= payload) {
                int perPage = (int) (payload / stride);
                places.add(new Place(id, groups, page, 0, perPage));
                int last = (count - 1) / perPage;
                page += last;
                offset = (int) ((count - last * (long) perPage) * stride);
            } else {
                places.add(new Place(id, groups, page, 0, 0));
                page += (long) count * groups.pieces(payload);
            }
        }
        return new Layout(List.copyOf(places), page + (offset > 0 ? 1 : 0));
    }

    /** Bytes that a page must hold: no unit is cut. */
    private static int longestUnit(Program program) {
        int longest = 0;
        for (int id : program.withRole(Role.WEIGHT)) {
            longest = Math.max(longest, program.tensor(id).groups().unitBytes());
        }
        return longest;
    }

    /**
     * The width that wastes least among those whose picture is not too far from a square.
     *
     * @param otherBytes bytes of the other sections
     */
    static int chooseWidth(Program program, long otherBytes) {
        int unit = longestUnit(program);
        int best = PageFormat.MIN_WIDTH;
        double bestCost = Double.MAX_VALUE;
        // Widths of 16 modulo 64 have the least framing: 16 bytes, and 48 of pixels that hold no data.
        for (int width = PageFormat.MIN_WIDTH; width <= PageFormat.MAX_WIDTH; width += PageFormat.ALIGNMENT) {
            int payload = PageFormat.payload(width);
            if (payload < unit) {
                continue;
            }
            long rows = Layout.of(program, payload).pages() + otherBytes / payload + 4;
            double aspect = Math.max((double) rows / width, (double) width / rows);
            double cost = (double) rows * PageFormat.pitch(width);
            cost *= aspect <= SQUARE_ENOUGH ? 1 : Math.sqrt(aspect / SQUARE_ENOUGH);
            if (cost < bestCost) {
                bestCost = cost;
                best = width;
            }
        }
        return best;
    }
}
