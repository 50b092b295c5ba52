package org.pixelllm.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.Answer;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Images as people read them in a terminal. */
public final class Shown {

    private static final int BAR_CELLS = 40;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    private Shown() {}

    /** Which part of a text was used, where that is not all of it. */
    public static String shortened(Answer answer) {
        return "The model looks back on " + answer.tokensUsed() + " tokens: answered from the last "
                + answer.tokensUsed() + " of " + answer.tokensGiven() + ".";
    }

    /** One line a token: rank, token, probability, bar. */
    public static void prediction(PrintStream out, PredictionImage image, @Nullable Tokenizer tokenizer) {
        int rank = 1;
        for (Prediction each : image.predictions()) {
            out.println(line(rank++, each, tokenizer));
        }
    }

    /** A token between quotes, as its model's tokenizer spells it; as the protocol's character where there is none. */
    public static String token(int id, @Nullable Tokenizer tokenizer) {
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
    public static String text(int[] ids, @Nullable Tokenizer tokenizer) {
        StringBuilder text = new StringBuilder();
        if (tokenizer == null || tokenizer instanceof CharacterTokenizer) {
            for (int id : ids) {
                text.append(CharacterTokens.show(id));
            }
            return text.toString();
        }
        TextDecoder decoder = TextDecoder.continuing(tokenizer);
        for (int id : ids) {
            text.append(id < tokenizer.vocabulary() ? decoder.add(id) : "#" + id);
        }
        return visible(text.append(decoder.end()).toString());
    }

    /** One line: number, token, probability, bar. */
    public static String line(int number, Prediction each, @Nullable Tokenizer tokenizer) {
        return pad(String.valueOf(number), 3) + "  " + padRight(token(each.id(), tokenizer), 8)
                + pad(tenths(100 * each.probability()), 6) + " %  " + bar(each.probability());
    }

    private static String bar(double share) {
        int eighths = (int) Math.round(share * BAR_CELLS * 8);
        String bar = "█".repeat(eighths / 8);
        return eighths % 8 == 0 ? bar : bar + EIGHTHS.charAt(eighths % 8);
    }

    /** One decimal, without the cost of a formatter's first use. */
    public static String tenths(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    /** Three decimals of a number that is not negative. */
    public static String thousandths(double value) {
        long thousandths = Math.round(value * 1000);
        String decimals = String.valueOf(1000 + thousandths % 1000).substring(1);
        return thousandths / 1000 + "." + decimals;
    }

    public static String pad(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    public static String padRight(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** A heat map as half blocks. */
    public static void heatmap(PrintStream out, LogitsHeatmap image) {
        picture(image.toPixels()).forEach(out::println);
    }

    /** A picture as half blocks: two rows of pixels in one line. */
    public static List<String> picture(Pixels pixels) {
        List<String> lines = new ArrayList<>();
        for (int y = 0; y < pixels.height(); y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < pixels.width(); x++) {
                line.append(colour(38, pixels, x, y))
                        .append(colour(48, pixels, x, y + 1))
                        .append('▀');
            }
            lines.add(line.append("\u001b[0m").toString());
        }
        return lines;
    }

    private static String colour(int ground, Pixels pixels, int x, int y) {
        return y == pixels.height()
                ? "\u001b[" + ground + ";2;0;0;0m"
                : "\u001b[" + ground + ";2;" + pixels.red(x, y) + ";" + pixels.green(x, y) + ";" + pixels.blue(x, y)
                        + "m";
    }

    /** The keys that the protocol document's decoder returns. */
    public static Map<String, Object> json(PredictionImage image) {
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
