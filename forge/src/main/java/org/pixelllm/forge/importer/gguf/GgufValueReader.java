package org.pixelllm.forge.importer.gguf;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.forge.importer.tensor.Cursor;
import org.pixelllm.protocol.fault.PxiException;

/** Reads one metadata value of a GGUF file. */
final class GgufValueReader {

    /** Elements of an array: tokenizers have one entry a token or a merge. */
    private static final int MAX_ARRAY = 1 << 22;

    private static final int MAX_STRING_BYTES = 1 << 24;

    private static final int U8 = 0;
    private static final int I8 = 1;
    private static final int U16 = 2;
    private static final int I16 = 3;
    private static final int U32 = 4;
    private static final int I32 = 5;
    private static final int F32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int U64 = 10;
    private static final int I64 = 11;
    private static final int F64 = 12;

    private final Cursor from;

    GgufValueReader(Cursor from) {
        this.from = from;
    }

    /** A type and a value of it. */
    GgufValue read(String place) throws PxiException {
        int type = from.i32(place + ", type");
        return switch (type) {
            case U8, I8, U16, I16, U32, I32, U64, I64 -> new GgufValue.Whole(whole(type, place));
            case F32, F64 -> new GgufValue.Real(real(type, place));
            case BOOL -> new GgufValue.Flag(flag(place));
            case STRING -> new GgufValue.Text(from.string(place, MAX_STRING_BYTES));
            case ARRAY -> array(place);
            default -> throw from.fault(place + ", type", "a value type from 0 to 12", Integer.toUnsignedString(type));
        };
    }

    private GgufValue array(String place) throws PxiException {
        int type = from.i32(place + ", element type");
        int count = (int) from.count(place + ", array length", MAX_ARRAY);
        from.need(count, leastBytes(type, place), place);
        return switch (type) {
            case F32, F64 -> {
                double[] values = new double[count];
                for (int i = 0; i < count; i++) {
                    values[i] = real(type, place);
                }
                yield new GgufValue.Reals(values);
            }
            case BOOL -> {
                boolean[] values = new boolean[count];
                for (int i = 0; i < count; i++) {
                    values[i] = flag(place);
                }
                yield new GgufValue.Flags(values);
            }
            case STRING -> {
                List<String> values = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    values.add(from.string(place + "[" + i + "]", MAX_STRING_BYTES));
                }
                yield new GgufValue.Texts(values);
            }
            default -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = whole(type, place);
                }
                yield new GgufValue.Wholes(values);
            }
        };
    }

    /** The fewest bytes that an array's element takes. */
    private int leastBytes(int type, String place) throws PxiException {
        return switch (type) {
            case U8, I8, BOOL -> 1;
            case U16, I16 -> 2;
            case U32, I32, F32 -> 4;
            case U64, I64, F64, STRING -> 8;
            case ARRAY -> throw from.fault(place, "an array of plain values", "an array of arrays");
            default ->
                throw from.fault(place + ", element type", "a value type from 0 to 12", Integer.toUnsignedString(type));
        };
    }

    private long whole(int type, String place) throws PxiException {
        return switch (type) {
            case U8 -> from.u8(place);
            case I8 -> (byte) from.u8(place);
            case U16 -> from.u16(place);
            case I16 -> (short) from.u16(place);
            case U32 -> from.u32(place);
            case I32 -> from.i32(place);
            case U64 -> from.count(place, Long.MAX_VALUE);
            default -> from.i64(place);
        };
    }

    private double real(int type, String place) throws PxiException {
        return type == F32 ? Float.intBitsToFloat(from.i32(place)) : Double.longBitsToDouble(from.i64(place));
    }

    private boolean flag(String place) throws PxiException {
        int value = from.u8(place);
        if (value > 1) {
            throw from.fault(place, "0 or 1", String.valueOf(value));
        }
        return value == 1;
    }
}
