package org.pixelllm.pxvm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tokenizers in the browser ask {@code web/machine/text/unicode.js} what a character is, since a browser's Unicode may be of
 * another version than Java's. It is made from Java. Run with {@code -Dpixelllm.update=true} to write it anew.
 */
class UnicodeTableTest {

    private static final Path FILE =
            Path.of(System.getProperty("pixelllm.root"), "web", "machine", "text", "unicode.js");
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%";
    private static final int LINE = 116;
    private static final Matcher CLUSTER = Pattern.compile("\\X").matcher("");

    /** ISO 15924. */
    private static final String CODES =
            "ADLM AGHB AHOM ARAB ARMI ARMN AVST BALI BAMU BASS BATK BENG BHKS BOPO BRAH BRAI BUGI BUHD CAKM CANS"
                    + " CARI CHAM CHER CHRS COPT CPMN CPRT CYRL DEVA DIAK DOGR DSRT DUPL EGYP ELBA ELYM ETHI GARA GEOR GLAG"
                    + " GONG GONM GOTH GRAN GREK GUJR GUKH GURU HANG HANI HANO HATR HEBR HIRA HLUW HMNG HMNP HUNG ITAL JAVA"
                    + " KALI KANA KAWI KHAR KHMR KHOJ KITS KNDA KRAI KTHI LANA LAOO LATN LEPC LIMB LINA LINB LISU LYCI LYDI"
                    + " MAHJ MAKA MAND MANI MARC MEDF MEND MERC MERO MIAO MLYM MODI MONG MROO MTEI MULT MYMR NAGM NAND NARB"
                    + " NBAT NEWA NKOO NSHU OGAM OLCK ONAO ORKH ORYA OSGE OSMA OUGR PALM PAUC PERM PHAG PHLI PHLP PHNX PLRD"
                    + " PRTI RJNG ROHG RUNR SAMR SARB SAUR SGNW SHAW SHRD SIDD SIND SINH SOGD SOGO SORA SOYO SUND SUNU SYLO"
                    + " SYRC TAGB TAKR TALE TALU TAML TANG TAVT TELU TFNG TGLG THAA THAI TIBT TIRH TNSA TODR TOTO TUTG UGAR"
                    + " VAII VITH WARA WCHO XPEO XSUX YEZI YIII ZANB ZINH ZYYY ZZZZ";

    @Test
    void theFileIsJavas() throws IOException {
        if (Boolean.getBoolean("pixelllm.update")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, file());
        } else {
            assertThat(Files.readString(FILE)).isEqualTo(file());
        }
    }

    private static String file() {
        return """
                // Made from Java's Unicode (UnicodeTableTest); not to be changed by hand. Runs of code points from 0 on: letters for
                // a value, and in base 36 how many code points have it, where it is not one.

                /** General categories, in the order of characters.js. */
                export const CATEGORIES = %s;

                /** B: alphabetic by Other_Alphabetic, and not by its category. */
                export const OTHER_ALPHABETIC = %s;

                /**
                 * How characters join: B joins what is before it, C what is after it, D neither, E is a pictograph, F a
                 * consonant of an Indic script, G joins two of these, H may stand between, and joins what is before it, as G does.
                 */
                export const CLUSTERS = %s;

                /** B: normal forms change it, or change what it is next to. */
                export const NORMALIZED = %s;

                /** Each script's names, in the order of their numbers. */
                export const SCRIPT_NAMES = %s;

                /** Scripts by their numbers, two letters each. */
                export const SCRIPTS = %s;

                /** Capital and small letters: first code point, how many, how far apart, and what is added; in base 36. */
                export const CASES = [%s, %s];
                """.formatted(
                        lines(runs(UnicodeTableTest::category, UnicodeTableTest::letter), ""),
                        lines(runs(UnicodeTableTest::otherAlphabetic, UnicodeTableTest::letter), ""),
                        lines(runs(UnicodeTableTest::cluster, UnicodeTableTest::letter), ""),
                        lines(runs(normalized(), UnicodeTableTest::letter), ""),
                        lines(scriptNames(), " | "),
                        lines(
                                runs(
                                        c -> Character.UnicodeScript.of(c).ordinal(),
                                        value -> letter(value / 26) + letter(value % 26)),
                                ""),
                        lines(cases(Character::toUpperCase), " "),
                        lines(cases(Character::toLowerCase), " "));
    }

    private static String letter(int value) {
        return LETTERS.substring(value, value + 1);
    }

    private static int category(int codePoint) {
        int type = Character.getType(codePoint);
        return type > 16 ? type - 1 : type; // 17 is none
    }

    private static int otherAlphabetic(int codePoint) {
        int type = Character.getType(codePoint);
        boolean byCategory = (type >= Character.UPPERCASE_LETTER && type <= Character.OTHER_LETTER)
                || type == Character.LETTER_NUMBER;
        return Character.isAlphabetic(codePoint) && !byCategory ? 1 : 0;
    }

    /** As {@code \X} shows it. */
    private static int cluster(int codePoint) {
        String c = Character.toString(codePoint);
        if (!isOne(c + "\u0300")) {
            return 3;
        }
        if (isOne("a" + c)) {
            return isOne("\u0915" + c + "\u0915") ? 6 : isOne("\u0915" + c + "\u094D\u0915") ? 7 : 1;
        }
        if (isOne(c + "a")) {
            return 2;
        }
        if (isOne("©\u200D" + c)) {
            return 4;
        }
        return isOne(c + "\u094D\u0915") ? 5 : 0;
    }

    /** Marks, what has a decomposition, and what follows in one. */
    private static IntUnaryOperator normalized() {
        BitSet all = new BitSet();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String text = Character.toString(c);
            String parts = Normalizer.normalize(text, Normalizer.Form.NFKD);
            int type = Character.getType(c);
            if (!parts.equals(text)) {
                all.set(c);
                Normalizer.normalize(text, Normalizer.Form.NFD)
                        .codePoints()
                        .skip(1)
                        .forEach(all::set);
            } else if (type >= Character.NON_SPACING_MARK && type <= Character.COMBINING_SPACING_MARK) {
                all.set(c);
            }
        }
        return c -> all.get(c) ? 1 : 0;
    }

    private static boolean isOne(String text) {
        return CLUSTER.reset(text).matches();
    }

    private static List<String> runs(IntUnaryOperator valueOf, IntFunction<String> letters) {
        List<String> runs = new ArrayList<>();
        int from = 0;
        int value = valueOf.applyAsInt(0);
        for (int c = 1; c <= Character.MAX_CODE_POINT + 1; c++) {
            int next = c > Character.MAX_CODE_POINT ? -1 : valueOf.applyAsInt(c);
            if (next != value) {
                runs.add(letters.apply(value) + (c - from == 1 ? "" : Integer.toString(c - from, 36)));
                from = c;
                value = next;
            }
        }
        return runs;
    }

    private static List<String> scriptNames() {
        List<String> names = new ArrayList<>();
        List<String> codes = List.of(CODES.split(" "));
        for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
            Stream<String> same = codes.stream().filter(code -> Character.UnicodeScript.forName(code) == script);
            String all =
                    Stream.concat(Stream.of(script.name()), same).distinct().collect(Collectors.joining(" "));
            assertThat(all.split(" ")).as("a code of four letters").anyMatch(each -> each.length() == 4);
            names.add(all);
        }
        return names;
    }

    private static List<String> cases(IntUnaryOperator other) {
        int[] from = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(c -> other.applyAsInt(c) != c)
                .toArray();
        List<String> runs = new ArrayList<>();
        for (int i = 0, end; i < from.length; i = end) {
            int difference = other.applyAsInt(from[i]) - from[i];
            int step = i + 1 < from.length ? from[i + 1] - from[i] : 1;
            end = i + 1;
            while (end < from.length
                    && from[end] - from[end - 1] == step
                    && other.applyAsInt(from[end]) - from[end] == difference) {
                end++;
            }
            runs.add(Stream.of(from[i], end - i, end - i == 1 ? 1 : step, difference)
                    .map(each -> Integer.toString(each, 36))
                    .collect(Collectors.joining(",")));
        }
        return runs;
    }

    /** A JavaScript array of strings that are not too long for eyes; with " | " of one for each element. */
    private static String lines(List<String> parts, String between) {
        if (between.equals(" | ")) {
            return "[\n" + parts.stream().map(each -> "    '" + each + "',\n").collect(Collectors.joining()) + "]";
        }
        List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
        for (String part : parts) {
            if (lines.getLast().length() + part.length() > LINE) {
                lines.add(new StringBuilder());
            }
            StringBuilder line = lines.getLast();
            line.append(line.isEmpty() ? "" : between).append(part);
        }
        return "[\n" + lines.stream().map(each -> "    '" + each + "',\n").collect(Collectors.joining()) + "]";
    }

    @Test
    void onlyOneCharacterHasAnotherSmallLetterInATextThanByItself() {
        int[] other = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(c -> !Character.toString(c)
                        .toLowerCase(Locale.ROOT)
                        .equals(Character.toString(Character.toLowerCase(c))))
                .toArray();
        assertThat(other).as(Arrays.toString(other)).containsExactly(0x130);
    }
}
