package org.pixelllm.pxvm.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.pixelllm.pxvm.tokenizer.bpe.MergeTable;

/** Makes merge tables. */
final class Merges {

    private static final int MERGE_BYTES = 8;

    private Merges() {}

    /** The table of a ranked list: a pair becomes the piece that is spelled as both together. */
    static MergeTable ranked(Pieces pieces, List<Merge> merges) {
        MergeTable table = new MergeTable();
        checkCount(merges.size());
        for (int rank = 0; rank < merges.size(); rank++) {
            Merge merge = merges.get(rank);
            byte[] left = spelling(pieces, merge.left(), rank);
            byte[] right = spelling(pieces, merge.right(), rank);
            byte[] both = Arrays.copyOf(left, left.length + right.length);
            System.arraycopy(right, 0, both, left.length, right.length);
            int merged = pieces.find(both, 0, both.length);
            if (merged == Tokenizer.NO_TOKEN) {
                throw new InvalidTokenizerException(
                        Merge.place(rank),
                        "two pieces whose joined spelling is a piece",
                        "pieces " + merge.left() + " and " + merge.right());
            }
            if (!table.add(merge.left(), merge.right(), rank, merged)) {
                throw new InvalidTokenizerException(
                        Merge.place(rank), "a pair that no other merge has", merge.left() + " and " + merge.right());
            }
        }
        return table;
    }

    /** Merges spelled as two tokens with a space between. */
    static List<Merge> of(String[] spelled, Map<String, Integer> ids) {
        checkCount(spelled.length);
        List<Merge> merges = new ArrayList<>(spelled.length);
        for (int rank = 0; rank < spelled.length; rank++) {
            int space = spelled[rank].indexOf(' ', 1);
            Integer left = space < 0 ? null : ids.get(spelled[rank].substring(0, space));
            Integer right = space < 0 ? null : ids.get(spelled[rank].substring(space + 1));
            if (left == null || right == null) {
                throw new InvalidTokenizerException(
                        Merge.place(rank), "two pieces with a space between", "\"" + spelled[rank] + "\"");
            }
            merges.add(new Merge(left, right));
        }
        return merges;
    }

    private static byte[] spelling(Pieces pieces, int id, int rank) {
        if (!pieces.isMergeable(id)) {
            throw new InvalidTokenizerException(
                    Merge.place(rank), "ids of pieces with a spelling", Integer.toUnsignedString(id));
        }
        return pieces.mergeable(id);
    }

    /** The table of a scored vocabulary: every way to cut a piece into two pieces, the highest score first. */
    static MergeTable scored(Pieces pieces, float[] scores) {
        int[] ranks = ranks(scores);
        MergeTable table = new MergeTable();
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.type(id) != PieceType.NORMAL) {
                continue;
            }
            byte[] piece = pieces.spelling(id);
            for (int cut = 1; cut < piece.length; cut++) {
                int left = pieces.find(piece, 0, cut);
                int right = left == Tokenizer.NO_TOKEN ? left : pieces.find(piece, cut, piece.length);
                if (right != Tokenizer.NO_TOKEN) {
                    table.add(left, right, ranks[id], id);
                    checkCount(table.size());
                }
            }
        }
        return table;
    }

    /** For each score its place among the different ones, the highest 0. */
    private static int[] ranks(float[] scores) {
        float[] plain = scores.clone();
        for (int i = 0; i < plain.length; i++) {
            // -0 becomes 0: they are the same score, which sorting and searching would tell apart.
            plain[i] += 0.0f;
        }
        float[] sorted = plain.clone();
        Arrays.sort(sorted);
        int different = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[different - 1]) {
                sorted[different++] = sorted[i];
            }
        }
        int[] ranks = new int[plain.length];
        for (int i = 0; i < plain.length; i++) {
            ranks[i] = different - 1 - Arrays.binarySearch(sorted, 0, different, plain[i]);
        }
        return ranks;
    }

    private static void checkCount(int count) {
        if (count > MergeTable.MAX_PAIRS) {
            throw new InvalidTokenizerException(
                    "merges", "at most " + MergeTable.MAX_PAIRS + " pairs", String.valueOf(count));
        }
    }

    static List<Merge> read(SectionReader in) {
        int count = in.count(MergeTable.MAX_PAIRS, MERGE_BYTES, "number of merges");
        List<Merge> merges = new ArrayList<>(count);
        for (int rank = 0; rank < count; rank++) {
            merges.add(new Merge(in.i32(Merge.place(rank)), in.i32(Merge.place(rank))));
        }
        return merges;
    }

    static void write(List<Merge> merges, SectionWriter out) {
        out.i32(merges.size());
        for (Merge merge : merges) {
            out.i32(merge.left()).i32(merge.right());
        }
    }
}
