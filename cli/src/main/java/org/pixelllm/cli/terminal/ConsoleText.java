package org.pixelllm.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.engine.Answer;
import org.pixelllm.protocol.fault.Shown;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.png.Pixels;

/** Images as people read them in a terminal. */
public final class ConsoleText {

    /** Characters of a foreign name. */
    private static final int MAX_NAME = 100;

    private static final int BAR_CELLS = 40;

    /** Below this, two decimals of a percentage are too few. */
    private static final double LEAST_PERCENTAGE = 0.001;

    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    private static final int BLACK = 16;
    private static final int CUBE = 16;
    private static final int GREYS = 232;
    private static final int LAST_GREY = 255;
    private static final int FIRST_GREY = 8; // the value of the darkest
    private static final float GREY_STEP = 10;

    private ConsoleText() {}

    /** Which part of a text was read, if not all of it. */
    public static String shortened(Answer answer) {
        return "The model's context is " + answer.tokensUsed() + " tokens: it read the last " + answer.tokensUsed()
                + " of " + answer.tokensGiven() + ".";
    }

    /** One line a token: rank, token, probability, bar; and what the probabilities are shares of. */
    public static void prediction(PrintStream out, PredictionImage image, double[] shares, Spelling spelling) {
        int rank = 1;
        for (Prediction each : image.predictions()) {
            out.println(line(rank, each.id(), shares[rank - 1], spelling));
            rank++;
        }
        if (rank > 2) {
            out.println("     shares among these " + (rank - 1) + ", which add up to 100 %");
        }
    }

    /** The probabilities that an image's bytes stand for. */
    public static double[] shares(PredictionImage image) {
        return image.predictions().stream().mapToDouble(Prediction::probability).toArray();
    }

    /** A foreign name, cut where it is long. */
    public static String name(String name) {
        return visible(name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name);
    }

    /** A text with its control characters as escapes. */
    public static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(c ->
                        shown.append(c < CharacterTokens.VOCABULARY ? CharacterTokens.show(c) : Character.toString(c)));
        return Shown.text(shown.toString());
    }

    /** One line: number, token, probability, bar. */
    public static String line(int number, Prediction each, Spelling spelling) {
        return line(number, each.id(), each.probability(), spelling);
    }

    private static String line(int number, int id, double share, Spelling spelling) {
        return pad(String.valueOf(number), 3) + "  " + padRight(spelling.token(id), 8) + pad(probability(share), 10)
                + "  " + bar(share);
    }

    /** A probability as people read it: {@code 99.97 %}, or {@code 1.2e-4} where a percentage would say nothing. */
    public static String probability(double share) {
        if (share > 0 && share < LEAST_PERCENTAGE) {
            int exponent = (int) Math.floor(Math.log10(share));
            long tenths = Math.round(share / Math.pow(10, exponent - 1));
            if (tenths == 100) { // 9.96e-5
                tenths = 10;
                exponent++;
            }
            return tenths / 10 + "." + tenths % 10 + "e" + exponent;
        }
        long hundredths = Math.round(share * 10_000);
        if (hundredths == 10_000 && share < 1) {
            return ">99.99 %";
        }
        return hundredths / 100 + "." + String.valueOf(100 + hundredths % 100).substring(1) + " %";
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

    /** Draws a heat map as half blocks, where the terminal can show it. */
    public static void heatmap(Terminal terminal, LogitsHeatmap image) {
        if (terminal.pictures()) {
            String end = System.lineSeparator();
            terminal.draw(
                    String.join(end, picture(image.toPixels(), terminal.screen().colours())) + end);
        }
    }

    /** A picture as half blocks: two rows of pixels in one line. */
    public static List<String> picture(Pixels pixels, Screen.Colours colours) {
        List<String> lines = new ArrayList<>();
        for (int y = 0; y < pixels.height(); y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < pixels.width(); x++) {
                line.append(colour(38, pixels, x, y, colours))
                        .append(colour(48, pixels, x, y + 1, colours))
                        .append('▀');
            }
            lines.add(line.append("\u001b[0m").toString());
        }
        return lines;
    }

    private static String colour(int ground, Pixels pixels, int x, int y, Screen.Colours colours) {
        boolean below = y == pixels.height();
        int red = below ? 0 : pixels.red(x, y);
        int green = below ? 0 : pixels.green(x, y);
        int blue = below ? 0 : pixels.blue(x, y);
        return switch (colours) {
            case NONE, FULL -> "\u001b[" + ground + ";2;" + red + ";" + green + ";" + blue + "m";
            case PALETTE -> "\u001b[" + ground + ";5;" + palette(red, green, blue) + "m";
        };
    }

    /** The nearest of the 256 colours that terminals agree on: 24 greys, else a cube of 6 x 6 x 6. */
    private static int palette(int red, int green, int blue) {
        if (red == green && green == blue) {
            return red < FIRST_GREY ? BLACK : Math.min(LAST_GREY, GREYS + Math.round((red - FIRST_GREY) / GREY_STEP));
        }
        return CUBE + 36 * sixth(red) + 6 * sixth(green) + sixth(blue);
    }

    private static int sixth(int value) {
        return Math.round(value / 51f);
    }

    /**
     * The keys that the protocol document's decoder returns, and the tokens' text where it is known.
     *
     * @param spelling how the ids are spelled
     */
    public static Map<String, Object> json(PredictionImage image, Spelling spelling) {
        List<Integer> tokens = image.predictions().stream().map(p -> p.id()).toList();
        List<Double> probabilities =
                image.predictions().stream().map(p -> p.probability()).toList();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("top_tokens", tokens);
        json.put("top_probs", probabilities);
        json.put("top_token", tokens.getFirst());
        json.put("top_prob", probabilities.getFirst());
        if (spelling.isKnown()) {
            json.put("top_texts", tokens.stream().map(spelling::plainToken).toList());
        }
        return json;
    }
}
