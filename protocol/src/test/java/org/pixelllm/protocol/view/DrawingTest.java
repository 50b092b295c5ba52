package org.pixelllm.protocol.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Letters can be told apart, colours mean what they should, numbers are short. */
class DrawingTest {

    @Test
    void everyPrintableCharacterHasAShapeOfItsOwn() {
        Set<String> shapes = new HashSet<>();
        for (int c = '!'; c < 0x7F; c++) {
            String shape = shape(c);
            assertThat(shape).as("%c", c).contains("#");
            assertThat(shapes.add(shape)).as("%c is as another one", c).isTrue();
            assertThat(Glyphs.has(c)).isTrue();
        }
        assertThat(shape(' ')).doesNotContain("#");
        assertThat(shape('中')).isEqualTo(shape(0x1F600)).isEqualTo(shape('\n')).contains("#");
        assertThat(shapes).doesNotContain(shape('中'));
        assertThat(Glyphs.has('中')).isFalse();
        assertThat(Glyphs.has('µ')).isTrue();
    }

    private static String shape(int c) {
        StringBuilder shape = new StringBuilder();
        for (int row = 0; row < Glyphs.ROWS; row++) {
            for (int column = 0; column < Glyphs.COLUMNS; column++) {
                shape.append(Glyphs.dot(c, column, row) ? '#' : '.');
            }
        }
        return shape.toString();
    }

    @Test
    void zeroIsGreySignsHaveTwoHuesAndWhatIsNoNumberIsRed() {
        assertThat(Colours.signed(0)).isEqualTo(Colours.GREY);
        assertThat(Colours.signed(-0.0)).isEqualTo(Colours.GREY);
        for (double size : new double[] {0.1, 0.3, 0.7, 1}) {
            int plus = Colours.signed(size);
            int minus = Colours.signed(-size);
            assertThat(plus >> 16).as("red of %s", size).isGreaterThan(plus & 0xFF);
            assertThat(minus >> 16).as("red of -%s", size).isLessThan(minus & 0xFF);
        }
        for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThat(Colours.signed(odd)).isEqualTo(Colours.RED);
            assertThat(Colours.share(odd)).isEqualTo(Colours.RED);
        }
        assertThat(Colours.signed(5)).isEqualTo(Colours.signed(1));
        assertThat(Colours.share(-1)).isEqualTo(Colours.share(0));
    }

    @Test
    void numbersAreShort() {
        assertThat(DoubleWords.of(0, -0.0, 1, -2.5, 14.678, 123.4, 0.12345, 1e-9, -3.26e12, Double.NaN))
                .containsExactly("0", "0", "1", "-2.5", "14.7", "123", "0.123", "1e-9", "-3.3e12", "NaN");
    }

    private static final class DoubleWords {
        static List<String> of(double... values) {
            return Arrays.stream(values).mapToObj(Words::number).toList();
        }
    }

    @Test
    void tokensShowWhatIsInvisible() {
        assertThat(Words.visible(" a\n\t\u0301é中")).isEqualTo("␣a\\n\\t\\u0301é中");
        assertThat(Canvas.cut("😀😀😀", 2)).isEqualTo("😀…");
        assertThat(Canvas.cut("abc", 3)).isEqualTo("abc");
    }
}
