package org.pixelllm.pxvm.cartridge;

import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/** A weight holds NaN or an infinity. Who knows the file turns it into a fault that names it. */
public final class NotFiniteWeightException extends IllegalArgumentException {

    private static final String EXPECTED = "a finite number";
    private static final String REMEDY = "The model is damaged: fetch or make it again.";

    private final String tensor;
    private final int row;
    private final int column;
    private final float value;

    /**
     * A value at its place.
     *
     * @param tensor the weight's name; empty where it is not known yet
     * @param row from 0
     * @param column from 0
     * @param value NaN or an infinity
     */
    public NotFiniteWeightException(String tensor, int row, int column, float value) {
        super(place(tensor, row, column) + ": expected " + EXPECTED + ", found " + value + ". " + REMEDY);
        this.tensor = tensor;
        this.row = row;
        this.column = column;
        this.value = value;
    }

    private static String place(String tensor, int row, int column) {
        return (tensor.isEmpty() ? "" : "tensor " + tensor + ", ") + "row " + row + ", column " + column;
    }

    /** Finds the first value of a row that is not finite. */
    static void require(float[] values, int count, String tensor, int row) {
        for (int column = 0; column < count; column++) {
            if (!Float.isFinite(values[column])) {
                throw new NotFiniteWeightException(tensor, row, column, values[column]);
            }
        }
    }

    /** The same at a weight of this name, unless it has a name already. */
    public NotFiniteWeightException of(String name) {
        return tensor.isEmpty() ? new NotFiniteWeightException(name, row, column, value) : this;
    }

    /** Where it is: tensor, row and column. */
    public String place() {
        return place(tensor, row, column);
    }

    /** NaN or an infinity. */
    public float value() {
        return value;
    }

    /** The same fault, with the file named. */
    public InvalidContentException in(String file) {
        return new InvalidContentException(new Fault(file, place(), EXPECTED, String.valueOf(value), REMEDY));
    }
}
