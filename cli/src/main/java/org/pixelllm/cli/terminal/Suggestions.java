package org.pixelllm.cli.terminal;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody may have meant who mistyped a word. */
public final class Suggestions {

    private static final int MAX_EDITS = 2;
    private static final int LEAST_LENGTH = 3;

    /** A longer word is no slip of a known one. */
    private static final int MOST_LENGTH = 40;

    private Suggestions() {}

    /** The nearest of the words: one that begins with it, has it inside, or differs in a letter or two; or null. */
    public static @Nullable String nearest(String word, Collection<String> known) {
        String wanted = word.toLowerCase(Locale.ROOT);
        if (bare(wanted).length() < LEAST_LENGTH - 1 || wanted.length() > MOST_LENGTH) {
            return null;
        }
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String each : known) {
            int distance = distance(wanted, each.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = each;
            }
        }
        return best;
    }

    /** A question at the end of a message, or nothing. */
    public static String question(String word, Collection<String> known) {
        String nearest = nearest(word, known);
        return nearest == null ? "" : " Did you mean '" + nearest + "'?";
    }

    /** Smaller is nearer; the largest number where the two are not alike. */
    private static int distance(String word, String known) {
        int edits = edits(word, known);
        String bare = bare(word);
        if (bare.length() >= LEAST_LENGTH && bare(known).startsWith(bare)) {
            return Math.min(edits, 1);
        }
        if (edits <= MAX_EDITS && edits <= bare(known).length() / LEAST_LENGTH) {
            return edits;
        }
        return bare.length() >= LEAST_LENGTH && known.contains(bare) ? MAX_EDITS + 1 : Integer.MAX_VALUE;
    }

    private static String bare(String word) {
        return word.startsWith("--") ? word.substring(2) : word;
    }

    /** Whether a word is another but for one letter, and not that word with an ending. */
    public static boolean isSlip(String word, String known) {
        return !word.startsWith(known) && edits(word, known) == 1;
    }

    /** Letters to insert, take out, replace or exchange with their neighbour. */
    static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
