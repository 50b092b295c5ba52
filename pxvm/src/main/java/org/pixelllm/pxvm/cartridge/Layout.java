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

    /** From so many bytes of weights on, bytes count more than looks. */
    private static final long LARGE = 16L << 20;

    /** What a large cartridge may have beyond its sections' bytes, as a part of these, wherever a width allows it. */
    static final double MOST_WASTE = 0.02;

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

    /** Bytes of the weights alone. */
    static long weightBytes(Program program) {
        long bytes = 0;
        for (int id : program.withRole(Role.WEIGHT)) {
            Groups groups = program.tensor(id).groups();
            bytes += (long) groups.count() * groups.units() * groups.unitBytes();
        }
        return bytes;
    }

    /** Bytes of the pixels' rows and of what frames them, about. */
    static long fileBytes(Program program, long otherBytes, int width) {
        return rows(program, otherBytes, width) * PageFormat.pitch(width);
    }

    private static long rows(Program program, long otherBytes, int width) {
        int payload = PageFormat.payload(width);
        return of(program, payload).pages() + otherBytes / payload + 4;
    }

    /**
     * The width that wastes least among those whose picture is not too far from a square. Of a large model these are the widths
     * that waste at most {@link #MOST_WASTE}; where there are none, the one that wastes least is taken.
     *
     * @param otherBytes bytes of the other sections
     */
    static int chooseWidth(Program program, long otherBytes) {
        long least = weightBytes(program) + otherBytes;
        double allowed = least >= LARGE ? least * (1 + MOST_WASTE) : Double.MAX_VALUE;
        // Widths of 16 modulo 64 have the least framing: 16 bytes, and 48 of pixels that hold no data.
        int width = best(program, otherBytes, allowed, PageFormat.ALIGNMENT);
        return fileBytes(program, otherBytes, width) <= allowed ? width : best(program, otherBytes, allowed, 1);
    }

    /** The best of the widths from the least on, by steps. */
    private static int best(Program program, long otherBytes, double allowed, int step) {
        int unit = longestUnit(program);
        int best = PageFormat.MIN_WIDTH;
        double bestCost = Double.MAX_VALUE;
        for (int width = PageFormat.MIN_WIDTH; width <= PageFormat.MAX_WIDTH; width += step) {
            if (PageFormat.payload(width) < unit || isWiderThanNeeded(width, step)) {
                continue;
            }
            long rows = rows(program, otherBytes, width);
            double aspect = Math.max((double) rows / width, (double) width / rows);
            double bytes = (double) rows * PageFormat.pitch(width);
            double looks = aspect <= SQUARE_ENOUGH ? 1 : Math.sqrt(aspect / SQUARE_ENOUGH);
            // A waste that is too great costs more than any looks.
            double cost = bytes > allowed ? bytes * PageFormat.MAX_WIDTH : bytes * looks;
            if (cost < bestCost) {
                bestCost = cost;
                best = width;
            }
        }
        return best;
    }

    /** Whether a narrower width among these holds as much in a row that is no longer. */
    private static boolean isWiderThanNeeded(int width, int step) {
        for (int other = width - step; PageFormat.payload(other) == PageFormat.payload(width); other -= step) {
            if (PageFormat.pitch(other) <= PageFormat.pitch(width)) {
                return true;
            }
        }
        return false;
    }
}
