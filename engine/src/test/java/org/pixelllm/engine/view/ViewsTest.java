package org.pixelllm.engine.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;

/** Views are made of whatever they are given, and colours say what they are said to say. */
class ViewsTest {

    private static final List<String> ODD =
            List.of("a", "", "\n", "é", "中文字", "😀😀😀", "a very long token indeed", "␣", "\u0301", "#65535");

    private static boolean has(Pixels pixels, int colour) {
        return count(pixels, colour) > 0;
    }

    private static int count(Pixels pixels, int colour) {
        int count = 0;
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                int found = pixels.red(x, y) << 16 | pixels.green(x, y) << 8 | pixels.blue(x, y);
                count += found == colour ? 1 : 0;
            }
        }
        return count;
    }

    private static List<String> words(int count) {
        return IntStream.range(0, count).mapToObj(i -> ODD.get(i % ODD.size())).toList();
    }

    @Test
    void aShrunkMapKeepsWhatIsOdd() {
        Grid grid = Grid.square(10, 3);
        assertThat(grid.isShrunk()).isTrue();
        assertThat(grid.note()).isEqualTo("each cell: the largest of 4 x 4");
        grid.put(0, 0, 1);
        grid.put(1, 3, -3);
        grid.put(3, 3, 2);
        grid.put(9, 9, Float.NaN);
        grid.put(8, 8, 7);
        assertThat(grid.cell(0, 0)).isEqualTo(-3);
        assertThat(grid.cell(2, 2)).isNaN();
        assertThat(grid.cell(1, 1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 33, 500, 5000})
    void attentionIsDrawnAtAnyLength(int positions) {
        Grid grid = Grid.square(positions, AttentionView.MAX_CELLS);
        for (int i = 0; i < positions; i++) {
            grid.put(i, i, i == positions - 1 ? Float.NaN : 1);
        }
        Pixels view = AttentionView.draw(grid, words(positions), "title", "note");
        assertThat((long) view.width() * view.height()).isLessThan(Canvas.MAX_PIXELS);
        assertThat(count(view, Colours.RED)).isGreaterThan(64); // more than the legend's
        List<List<Grid>> maps = new ArrayList<>();
        for (int layer = 0; layer < 3; layer++) {
            int side = SheetView.side(3, 2);
            maps.add(List.of(Grid.square(positions, side), Grid.square(positions, side)));
        }
        assertThat(SheetView.draw(maps, "title", "").height()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 256})
    void aSheetOfManyHeadsFits(int layers) {
        int side = SheetView.side(layers, 128);
        List<Grid> row = Collections.nCopies(128, Grid.square(3000, side));
        Pixels view = SheetView.draw(Collections.nCopies(layers, row), "title", "note");
        assertThat((long) view.width() * view.height()).isLessThan(Canvas.MAX_PIXELS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 1", "1 5000", "5000 1", "7 9", "3000 3000", "65536 64"})
    void valuesAreDrawnInAnyShape(String shape) {
        int rows = Integer.parseInt(shape.split(" ", -1)[0]);
        int columns = Integer.parseInt(shape.split(" ", -1)[1]);
        float[] values = new float[rows * columns];
        Pixels flat = ValuesView.draw(rows, columns, values, "title", "");
        assertThat(has(flat, Colours.GREY)).isTrue();
        int legend = count(flat, Colours.RED);
        values[values.length - 1] = Float.NEGATIVE_INFINITY;
        assertThat(count(ValuesView.draw(rows, columns, values, "title", ""), Colours.RED))
                .isGreaterThan(legend);
        Arrays.fill(values, Float.NaN);
        assertThat(has(ValuesView.draw(rows, columns, values, "title", ""), Colours.RED))
                .isTrue();
    }

    /** A few values far larger than the rest do not make the rest grey, and are counted. */
    @Test
    void theScaleIsThatOfMostValues() {
        float[] values = new float[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 0 ? 1 : -1;
        }
        values[17] = 1e6f;
        assertThat(ValuesView.scale(values)).isEqualTo(1);
        assertThat(ValuesView.scale(new float[4])).isEqualTo(1);
        float[] one = new float[1000];
        one[3] = 5;
        assertThat(ValuesView.scale(one)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 1", "4 33", "32 5000", "2000 2000", "1 8192"})
    void theLensIsDrawnAtAnyLength(String shape) {
        int layers = Integer.parseInt(shape.split(" ", -1)[0]);
        int positions = Integer.parseInt(shape.split(" ", -1)[1]);
        List<List<String>> predicted = Collections.nCopies(layers, words(positions));
        double[][] probabilities = new double[layers][positions];
        int legend = count(LensView.draw(predicted, probabilities, words(positions), "note"), Colours.RED);
        probabilities[0][positions - 1] = Double.NaN;
        Pixels view = LensView.draw(predicted, probabilities, words(positions), "note");
        assertThat(count(view, Colours.RED)).isGreaterThan(legend);
        assertThat((long) view.width() * view.height()).isLessThanOrEqualTo(Canvas.MAX_PIXELS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70, 5000})
    void anyNumberOfLinesIsDrawn(int lines) {
        TraceView.Row row = new TraceView.Row(0x123456, "op", "name", -1, 1, Double.NaN, 1, Grid.square(1, 1));
        Pixels trace = TraceView.draw(Collections.nCopies(lines, row), "title", "note");
        assertThat(trace.height()).isPositive();
        Pixels program = Pixels.black(24, 3 + lines);
        Pixels profile = ProfileView.draw(
                program, Collections.nCopies(lines, new ProfileView.Row("op", "name", 0)), "title", "note");
        assertThat(profile.height()).isPositive();
    }
}
