package org.pixelllm.cli.diff;

import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.view.ValuesView;
import org.pixelllm.protocol.png.HeapSpace;

/** Two maps of values, compared where both have some. */
final class ValuesDifference {

    /** The most values that are compared: 256 MiB of differences. */
    private static final long MAX_VALUES = 1L << 26;

    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final int rows;
    private final int columns;
    private final float[] differences; // b − a; NaN where these are odd // [rows, columns]
    private String note = "";
    private int odd;
    private int different;
    private double max;
    private double sum;
    private double squares;
    private double squaresOfA;

    /** One of the two. */
    interface Values {

        int rows();

        int columns();

        float at(int row, int column);
    }

    ValuesDifference(Values a, Values b) {
        rows = Math.min(a.rows(), b.rows());
        columns = Math.min(a.columns(), b.columns());
        if ((long) rows * columns > MAX_VALUES) {
            throw new UsageException("diff compares at most " + MAX_VALUES + " values; these images have " + rows
                    + " rows of " + columns + ".");
        }
        if (!HeapSpace.holds(4L * rows * columns)) {
            throw new UsageException("diff needs 4 bytes for each of " + rows + " rows of " + columns + " values, and "
                    + HeapSpace.left() + " bytes of memory are left. " + HeapSpace.REMEDY);
        }
        differences = new float[rows * columns];
        boolean sameSize = a.rows() == b.rows() && a.columns() == b.columns();
        String firstPlace = "";
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                float was = a.at(row, column);
                float is = b.at(row, column);
                if (Float.floatToIntBits(was) != Float.floatToIntBits(is)) {
                    add(row * columns + column, was, is);
                    firstPlace = firstPlace.isEmpty() ? "row " + row + ", column " + column : firstPlace;
                }
                squaresOfA += Float.isFinite(was) ? (double) was * was : 0;
            }
        }
        facts.put("equal", sameSize && different == 0);
        sizes(sameSize, a, b);
        facts.put("compared", rows * columns);
        facts.put("different", different);
        if (different > 0) {
            facts.put("first_different", firstPlace);
        }
        facts.put("max_difference", max);
        facts.put("mean_difference", sum / (rows * columns));
        facts.put("rms_difference", Math.sqrt(squares / (rows * columns)));
        facts.put("relative_rms", squares == 0 ? 0.0 : squaresOfA == 0 ? 1.0 : Math.sqrt(squares / squaresOfA));
    }

    private void sizes(boolean same, Values a, Values b) {
        String one = a.columns() + " x " + a.rows();
        String other = b.columns() + " x " + b.rows();
        facts.put("values", same ? one : one + " / " + other);
        if (!same) {
            note = "sizes " + one + " and " + other + ": compared where both have values";
        }
    }

    private void add(int at, float was, float is) {
        float difference = is - was;
        if (difference == 0) {
            return; // 0 and −0
        }
        different++;
        differences[at] = Float.isFinite(difference) ? difference : Float.NaN;
        if (Float.isFinite(difference)) {
            max = Math.max(max, Math.abs(difference));
            sum += Math.abs(difference);
            squares += (double) difference * difference;
        } else {
            odd++;
        }
    }

    /** With what a value that cannot be subtracted is called. */
    Difference result(String oddName, String oddWords) {
        if (!oddName.isEmpty()) {
            facts.put(oddName, odd);
        }
        return new Difference(
                facts,
                ValuesView.draw(
                        rows, columns, differences, "difference: the second image less the first", note, oddWords));
    }
}
