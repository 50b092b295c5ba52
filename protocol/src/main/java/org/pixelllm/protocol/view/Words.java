package org.pixelllm.protocol.view;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.pixelllm.protocol.images.CharacterTokens;

/** Numbers and tokens as captions show them. */
public final class Words {

    private static final double LARGE = 1e6;
    private static final double SMALL = 1e-3;

    private Words() {}

    /** A number of about three digits; the same on every machine. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        BigDecimal exact = new BigDecimal(value);
        if (size >= LARGE || size < SMALL) {
            int exponent = exact.precision() - exact.scale() - 1;
            return plain(exact.scaleByPowerOfTen(-exponent), 1) + "e" + exponent;
        }
        return plain(exact, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
    }

    private static String plain(BigDecimal value, int decimals) {
        BigDecimal rounded = value.setScale(decimals, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** A token's text with everything in it visible: a space as an open box, others as {@link CharacterTokens#show}. */
    public static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == ' ') {
                shown.append('␣');
            } else if (c < CharacterTokens.VOCABULARY) {
                shown.append(CharacterTokens.show(c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
