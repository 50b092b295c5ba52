package org.pixelllm.forge.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts that tokenizers get wrong. */
public final class Samples {

    private static final List<String> BITS = List.of(
            " ",
            "  ",
            "     ",
            "\t",
            "\n",
            "\r\n",
            "\n\n",
            "\u00A0",
            "\u2003",
            "\u0085",
            "\u2028",
            "a",
            "the",
            "Once",
            " upon",
            "'s",
            "'S",
            "'ll",
            "'\u017F",
            "'t",
            "I'm",
            "1",
            "12",
            "345",
            "123456789",
            "٣",
            "½",
            "Ⅷ",
            "²",
            "é",
            "e\u0301",
            "ß",
            "Ω",
            "\u212B",
            "русский",
            "漢字",
            "かな",
            "한국어",
            "한",
            "🙂",
            "👩‍👩‍👧",
            "🇩🇪",
            ".",
            "...",
            "!?",
            "<",
            ">",
            "<s>",
            "</s>",
            "<0x41>",
            "<|end|>",
            "\u0000",
            "\u0007",
            "\u001B",
            "\u007F",
            "\u200B",
            "\uFEFF",
            "\uFFFD",
            "_",
            "▁",
            "Ġ",
            "€",
            "ﬀ",
            "\uDB40\uDC41",
            "हिन्दी",
            "العربية",
            "{\"a\": [1, 2]}",
            "x=y+1;",
            "https://example.org/a?b=c");

    private Samples() {}

    /** Each odd bit alone, long runs, and seeded mixtures. */
    public static List<String> oddTexts() {
        List<String> texts = new ArrayList<>(BITS);
        texts.add("");
        for (int length : new int[] {2, 3, 7, 64, 300}) {
            texts.add(" ".repeat(length));
            texts.add(" ".repeat(length) + "a");
            texts.add("a" + " ".repeat(length) + "\n" + " ".repeat(length) + "b");
            texts.add("7".repeat(length));
            texts.add("\n".repeat(length));
            texts.add("a".repeat(length));
            texts.add("🙂".repeat(length));
        }
        Random random = new Random(1);
        for (int i = 0; i < 1_500; i++) {
            StringBuilder text = new StringBuilder();
            for (int count = 1 + random.nextInt(12); count > 0; count--) {
                text.append(BITS.get(random.nextInt(BITS.size())));
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
