package org.pixelllm.server.http;

import java.util.List;
import java.util.Locale;

/** Which of the forms that there are a request wants. */
public final class Accepts {

    private Accepts() {}

    /**
     * The form that a request likes best, the first of those that it likes equally.
     *
     * @param header what it accepts; empty for everything
     * @param offered the media types that there are, the usual one first
     */
    public static String best(String header, List<String> offered) {
        if (header.isBlank()) {
            return offered.getFirst();
        }
        String best = null;
        double most = 0;
        for (String type : offered) {
            double quality = quality(header, type);
            if (quality > most) {
                most = quality;
                best = type;
            }
        }
        if (best == null) {
            throw new Problem(406, "Accept: expected " + String.join(" or ", offered) + ".");
        }
        return best;
    }

    /** How much a type is liked: by the most specific range that it is in. */
    private static double quality(String header, String type) {
        double quality = 0;
        int specific = -1;
        for (String range : header.split(",", -1)) {
            String[] parts = range.strip().split(";", -1);
            String name = parts[0].strip().toLowerCase(Locale.ROOT);
            int fits = name.equals(type)
                    ? 2
                    : name.equals(type.substring(0, type.indexOf('/')) + "/*") ? 1 : name.equals("*/*") ? 0 : -1;
            if (fits > specific) {
                specific = fits;
                quality = weight(parts);
            }
        }
        return quality;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Math.clamp(Double.parseDouble(parameter.substring(2)), 0, 1);
                } catch (NumberFormatException e) {
                    throw new Problem(400, "Accept: expected q=0 to q=1.");
                }
            }
        }
        return 1;
    }
}
