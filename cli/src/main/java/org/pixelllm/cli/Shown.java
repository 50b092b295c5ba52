package org.pixelllm.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.CharacterTokens;
import org.pixelllm.protocol.LogitsHeatmap;
import org.pixelllm.protocol.Prediction;
import org.pixelllm.protocol.PredictionImage;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Images as people read them in a terminal. */
final class Shown {

    private static final int BAR_CELLS = 40;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    private Shown() {}

    /** One line a token: rank, token, probability, bar. */
    static void prediction(PrintStream out, PredictionImage image, @Nullable Tokenizer tokenizer) {
        int rank = 1;
        for (Prediction each : image.predictions()) {
            double percent = 100 * each.probability();
            out.println(pad(String.valueOf(rank++), 3) + "  " + padRight(token(each.id(), tokenizer), 8)
                    + pad(tenths(percent), 6) + " %  " + bar(each.probability()));
        }
    }

    /** A token between quotes, as its model's tokenizer spells it; as the protocol's character where there is none. */
    static String token(int id, @Nullable Tokenizer tokenizer) {
        if (tokenizer == null || tokenizer instanceof CharacterTokenizer) {
            return "'" + CharacterTokens.show(id) + "'";
        }
        return "'" + (id < tokenizer.vocabulary() ? visible(tokenizer.decode(id)) : "#" + id) + "'";
    }

    /** A text with its control characters as escapes. */
    private static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(c ->
                        shown.append(c < CharacterTokens.VOCABULARY ? CharacterTokens.show(c) : Character.toString(c)));
        return shown.toString();
    }

    /** A line of text with control characters made visible. */
    static String text(int[] ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(CharacterTokens.show(id));
        }
        return text.toString();
    }

    private static String bar(double share) {
        int eighths = (int) Math.round(share * BAR_CELLS * 8);
        String bar = "█".repeat(eighths / 8);
        return eighths % 8 == 0 ? bar : bar + EIGHTHS.charAt(eighths % 8);
    }

    /** One decimal, without the cost of a formatter's first use. */
    static String tenths(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    private static String pad(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static String padRight(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** A heat map as half blocks: two rows of cells in one line. */
    static void heatmap(PrintStream out, LogitsHeatmap image) {
        byte[] grey = image.grey();
        for (int y = 0; y < image.height(); y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < image.width(); x++) {
                int upper = grey[y * image.width() + x] & 0xFF;
                int lower = y + 1 < image.height() ? grey[(y + 1) * image.width() + x] & 0xFF : 0;
                line.append(colour(38, upper)).append(colour(48, lower)).append('▀');
            }
            out.println(line.append("\u001b[0m"));
        }
    }

    private static String colour(int ground, int grey) {
        return "\u001b[" + ground + ";2;" + grey + ";" + grey + ";" + grey + "m";
    }

    /** The keys that the protocol document's decoder returns. */
    static Map<String, Object> json(PredictionImage image) {
        List<Integer> tokens = image.predictions().stream().map(p -> p.id()).toList();
        List<Double> probabilities =
                image.predictions().stream().map(p -> p.probability()).toList();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("top_tokens", tokens);
        json.put("top_probs", probabilities);
        json.put("top_token", tokens.getFirst());
        json.put("top_prob", probabilities.getFirst());
        return json;
    }
}
