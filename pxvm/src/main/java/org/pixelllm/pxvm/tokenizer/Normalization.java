package org.pixelllm.pxvm.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pixelllm.pxvm.regex.Expression;
import org.pixelllm.pxvm.regex.ExpressionException;

/** One step of preparing a text before it is cut into words, as Hugging Face's normalizers do it. */
public sealed interface Normalization {

    /** The text that this makes of one. */
    String apply(String text);

    /** Unicode's normal forms, in the order of their codes in a section. */
    enum Form implements Normalization {
        /** Composed characters. */
        NFC(0, Normalizer.Form.NFC),
        /** Decomposed ones. */
        NFD(1, Normalizer.Form.NFD),
        /** Composed, and like characters made one. */
        NFKC(2, Normalizer.Form.NFKC),
        /** Decomposed, and like characters made one. */
        NFKD(3, Normalizer.Form.NFKD);

        private static final List<Form> ALL = List.of(values());

        private final int code;
        private final Normalizer.Form form;

        Form(int code, Normalizer.Form form) {
            this.code = code;
            this.form = form;
        }

        @Override
        public String apply(String text) {
            return Normalizer.normalize(text, form);
        }
    }

    /** Small letters for capital ones, each character by itself. */
    record Lowercase() implements Normalization {

        @Override
        public String apply(String text) {
            StringBuilder lower = new StringBuilder(text.length());
            text.codePoints()
                    .forEach(each -> lower.append(Character.toString(each).toLowerCase(Locale.ROOT)));
            return lower.toString();
        }
    }

    /** Characters before a text that is not empty. */
    record Prepend(String prefix) implements Normalization {

        @Override
        public String apply(String text) {
            return text.isEmpty() ? text : prefix + text;
        }
    }

    /** Some characters in place of each match of an expression. */
    record Replace(Expression expression, String content) implements Normalization {

        /**
         * By an expression as it is written.
         *
         * @throws InvalidTokenizerException where the expression is not known here
         */
        public static Replace of(String expression, String content) {
            try {
                return new Replace(Expression.of(expression), content);
            } catch (ExpressionException e) {
                throw new InvalidTokenizerException(
                        "normalizer", "an expression that can be followed", String.valueOf(e.getMessage()));
            }
        }

        @Override
        public String apply(String text) {
            StringBuilder replaced = new StringBuilder();
            Expression.Finder finder = expression.in(text);
            int from = 0;
            while (finder.find()) {
                replaced.append(text, from, finder.start()).append(content);
                from = finder.end();
            }
            return from == 0 && replaced.isEmpty()
                    ? text
                    : replaced.append(text, from, text.length()).toString();
        }
    }

    /** Without the white space at its ends. */
    record Strip(boolean left, boolean right) implements Normalization {

        @Override
        public String apply(String text) {
            int from = 0;
            int to = text.length();
            while (left && from < to && AddedTokens.isSpace(text.codePointAt(from))) {
                from++;
            }
            while (right && from < to && AddedTokens.isSpace(text.codePointBefore(to))) {
                to--;
            }
            return text.substring(from, to);
        }
    }

    /** Without combining marks. */
    record StripAccents() implements Normalization {

        private static final int MARKS =
                1 << Character.NON_SPACING_MARK | 1 << Character.COMBINING_SPACING_MARK | 1 << Character.ENCLOSING_MARK;

        @Override
        public String apply(String text) {
            StringBuilder stripped = new StringBuilder();
            text.codePoints()
                    .filter(each -> (1 << Character.getType(each) & MARKS) == 0)
                    .forEach(stripped::appendCodePoint);
            return stripped.toString();
        }
    }

    /** SentencePiece's table of replacements. */
    record Mapped(CharacterMap map) implements Normalization {

        @Override
        public String apply(String text) {
            return map.apply(text);
        }
    }

    /** Writes a step: its kind, and what the kind adds. */
    static void write(Normalization step, SectionWriter out) {
        switch (step) {
            case Form form -> out.u8(form.code);
            case Lowercase _ -> out.u8(4);
            case Prepend prepend -> out.u8(5).text(prepend.prefix);
            case Replace replace -> out.u8(6).text(replace.expression.source()).text(replace.content);
            case Strip strip -> out.u8(7).u8((strip.left ? 1 : 0) | (strip.right ? 2 : 0));
            case StripAccents _ -> out.u8(8);
            case Mapped mapped -> {
                byte[] bytes = mapped.map.bytes();
                out.u8(9).i32(bytes.length).bytes(bytes);
            }
        }
    }

    /** Reads a step. */
    static Normalization read(SectionReader in) {
        String place = "normalizer";
        int kind = in.u8(place);
        return switch (kind) {
            case 0, 1, 2, 3 -> Form.ALL.get(kind);
            case 4 -> new Lowercase();
            case 5 -> new Prepend(in.text(place));
            case 6 -> Replace.of(in.text(place), in.text(place));
            case 7 -> {
                int sides = in.u8(place);
                yield new Strip((sides & 1) != 0, (sides & 2) != 0);
            }
            case 8 -> new StripAccents();
            case 9 -> new Mapped(CharacterMap.of(in.bytes(in.count(CharacterMap.MAX_BYTES, 1, place), place)));
            default ->
                throw new InvalidTokenizerException(
                        "tokenizer section, normalizer", "steps of kind 0 to 9", String.valueOf(kind));
        };
    }

    /** A text after all of these, one after another. */
    static String apply(List<Normalization> steps, String text) {
        String normal = text;
        for (Normalization each : steps) {
            normal = each.apply(normal);
        }
        return normal;
    }

    /** These steps and another. */
    static List<Normalization> and(List<Normalization> steps, Normalization last) {
        List<Normalization> all = new ArrayList<>(steps);
        all.add(last);
        return all;
    }
}
