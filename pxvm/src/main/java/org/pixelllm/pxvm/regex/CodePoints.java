package org.pixelllm.pxvm.regex;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A set of code points. */
@FunctionalInterface
interface CodePoints {

    boolean contains(int codePoint);

    /** Unicode's general categories by their short names; one letter is all that begin with it. */
    Map<String, Integer> CATEGORIES = Map.ofEntries(
            Map.entry("Lu", bit(Character.UPPERCASE_LETTER)),
            Map.entry("Ll", bit(Character.LOWERCASE_LETTER)),
            Map.entry("Lt", bit(Character.TITLECASE_LETTER)),
            Map.entry("Lm", bit(Character.MODIFIER_LETTER)),
            Map.entry("Lo", bit(Character.OTHER_LETTER)),
            Map.entry("Mn", bit(Character.NON_SPACING_MARK)),
            Map.entry("Mc", bit(Character.COMBINING_SPACING_MARK)),
            Map.entry("Me", bit(Character.ENCLOSING_MARK)),
            Map.entry("Nd", bit(Character.DECIMAL_DIGIT_NUMBER)),
            Map.entry("Nl", bit(Character.LETTER_NUMBER)),
            Map.entry("No", bit(Character.OTHER_NUMBER)),
            Map.entry("Pc", bit(Character.CONNECTOR_PUNCTUATION)),
            Map.entry("Pd", bit(Character.DASH_PUNCTUATION)),
            Map.entry("Ps", bit(Character.START_PUNCTUATION)),
            Map.entry("Pe", bit(Character.END_PUNCTUATION)),
            Map.entry("Pi", bit(Character.INITIAL_QUOTE_PUNCTUATION)),
            Map.entry("Pf", bit(Character.FINAL_QUOTE_PUNCTUATION)),
            Map.entry("Po", bit(Character.OTHER_PUNCTUATION)),
            Map.entry("Sm", bit(Character.MATH_SYMBOL)),
            Map.entry("Sc", bit(Character.CURRENCY_SYMBOL)),
            Map.entry("Sk", bit(Character.MODIFIER_SYMBOL)),
            Map.entry("So", bit(Character.OTHER_SYMBOL)),
            Map.entry("Zs", bit(Character.SPACE_SEPARATOR)),
            Map.entry("Zl", bit(Character.LINE_SEPARATOR)),
            Map.entry("Zp", bit(Character.PARAGRAPH_SEPARATOR)),
            Map.entry("Cc", bit(Character.CONTROL)),
            Map.entry("Cf", bit(Character.FORMAT)));

    String LATIN_NUMBERS = "²³¹¼½¾";

    CodePoints ANY_BUT_LINE_FEED = codePoint -> codePoint != '\n';
    CodePoints SPACE = CodePoints::isSpace;
    CodePoints DIGIT = categories("Nd");
    CodePoints WORD = CodePoints::isWord;

    private static int bit(int type) {
        return 1 << type;
    }

    /** Unicode's White_Space. */
    private static boolean isSpace(int codePoint) {
        return codePoint <= 0x20
                ? codePoint == 0x20 || (codePoint >= 0x09 && codePoint <= 0x0D)
                : codePoint == 0x85 || codePoint == 0xA0 || (codePoint >= 0x1680 && Character.isSpaceChar(codePoint));
    }

    /** Letters, marks, decimal digits, what connects them, and as Oniguruma has it ² ³ ¹ ¼ ½ ¾. */
    private static boolean isWord(int codePoint) {
        int word = bits("M") | bits("Nd") | bits("Pc");
        return Character.isAlphabetic(codePoint)
                || (1 << Character.getType(codePoint) & word) != 0
                || LATIN_NUMBERS.indexOf(codePoint) >= 0;
    }

    private static int bits(String name) {
        int bits = 0;
        for (Map.Entry<String, Integer> each : CATEGORIES.entrySet()) {
            if (each.getKey().startsWith(name)) {
                bits |= each.getValue();
            }
        }
        return bits;
    }

    /** Those of a category, or of all that begin with a letter. */
    static CodePoints categories(String name) {
        int bits = bits(name);
        if (bits == 0) {
            throw new ExpressionException("\\p{" + name + "} is not known");
        }
        return codePoint -> (1 << Character.getType(codePoint) & bits) != 0;
    }

    /** Those of {@code \p{NAME}}: a category or a script. */
    static CodePoints property(String name) {
        if (name.length() <= 2) {
            return categories(name);
        }
        try {
            Character.UnicodeScript script = Character.UnicodeScript.forName(name.toUpperCase(Locale.ROOT));
            return codePoint -> Character.UnicodeScript.of(codePoint) == script;
        } catch (IllegalArgumentException e) {
            throw new ExpressionException("\\p{" + name + "} is not known");
        }
    }

    /** All from one to another, both included. */
    static CodePoints range(int first, int last) {
        return codePoint -> codePoint >= first && codePoint <= last;
    }

    /** Those of any of these. */
    static CodePoints anyOf(List<CodePoints> sets) {
        if (sets.size() == 1) {
            return sets.getFirst();
        }
        CodePoints[] all = sets.toArray(CodePoints[]::new);
        return codePoint -> {
            for (CodePoints each : all) {
                if (each.contains(codePoint)) {
                    return true;
                }
            }
            return false;
        };
    }

    default CodePoints and(CodePoints other) {
        return codePoint -> contains(codePoint) && other.contains(codePoint);
    }

    default CodePoints not() {
        return codePoint -> !contains(codePoint);
    }

    /** These in either case. */
    default CodePoints inAnyCase() {
        return codePoint -> {
            int upper = Character.toUpperCase(codePoint);
            int lower = Character.toLowerCase(codePoint);
            return contains(codePoint) || contains(upper) || contains(lower) || contains(Character.toLowerCase(upper));
        };
    }

    /** The same, with the answers for ASCII at hand. */
    default CodePoints quick() {
        long low = 0;
        long high = 0;
        for (int i = 0; i < Long.SIZE; i++) {
            low |= contains(i) ? 1L << i : 0;
            high |= contains(Long.SIZE + i) ? 1L << i : 0;
        }
        long lower = low;
        long upper = high;
        return codePoint -> codePoint < 2 * Long.SIZE
                ? ((codePoint < Long.SIZE ? lower : upper) >>> codePoint & 1) != 0
                : contains(codePoint);
    }
}
