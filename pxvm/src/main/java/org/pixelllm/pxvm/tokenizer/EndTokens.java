package org.pixelllm.pxvm.tokenizer;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The tokens that end a text. In a section, those besides EOS follow the merges where there are any: their number u32 and
 * each id u32, ascending.
 */
final class EndTokens {

    /** More than any known vocabulary has. */
    static final int MAX_MORE = 256;

    /** Of a list, which is left out where it is empty. */
    private static final int LEAST_BYTES = 2 * Integer.BYTES;

    private static final String PLACE = "end tokens";

    private final int eos;
    private final SortedSet<Integer> more = new TreeSet<>(); // without EOS

    private EndTokens(int eos) {
        this.eos = eos;
    }

    /** EOS alone. */
    static EndTokens of(int eos) {
        return new EndTokens(eos);
    }

    /** These and EOS. */
    EndTokens with(Collection<Integer> ids, Pieces pieces) {
        EndTokens all = new EndTokens(eos);
        all.more.addAll(more);
        for (int id : ids) {
            if (pieces.checked(id, PLACE) != eos && id != Tokenizer.NO_TOKEN) {
                all.more.add(id);
            }
        }
        if (all.more.size() > MAX_MORE) {
            throw new InvalidTokenizerException(
                    PLACE, "at most " + MAX_MORE + " besides EOS", String.valueOf(all.more.size()));
        }
        return all;
    }

    boolean contains(int id) {
        return id != Tokenizer.NO_TOKEN && (id == eos || more.contains(id));
    }

    static EndTokens read(SectionReader in, int eos, Pieces pieces) {
        EndTokens ends = new EndTokens(eos);
        if (!in.has(LEAST_BYTES)) {
            return ends;
        }
        int count = in.count(MAX_MORE, Integer.BYTES, "number of end tokens");
        int last = Tokenizer.NO_TOKEN;
        for (int i = 0; i < count; i++) {
            int id = pieces.checked(in.i32(PLACE), PLACE);
            if (id <= last || id == eos) {
                throw new InvalidTokenizerException(PLACE, "ascending ids without EOS", String.valueOf(id));
            }
            ends.more.add(id);
            last = id;
        }
        if (count == 0) {
            throw new InvalidTokenizerException(PLACE, "at least one, or no list", "none");
        }
        return ends;
    }

    void write(SectionWriter out) {
        if (!more.isEmpty()) {
            out.i32(more.size());
            more.forEach(out::i32);
        }
    }
}
