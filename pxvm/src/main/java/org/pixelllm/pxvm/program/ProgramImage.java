package org.pixelllm.pxvm.program;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A program as pixels: a header row, a row for each tensor, a row for each instruction. {@code docs/pxvm.md} draws the
 * rows. Whatever a row does not use is black, and a reader insists on it.
 */
public final class ProgramImage {

    /** Pixels in a row. */
    public static final int WIDTH = 24;

    /** The most rows: the header and as many tensors and instructions as a program may have. */
    public static final int MAX_HEIGHT = 1 + Limits.TENSORS + Limits.INSTRUCTIONS;

    /** The most bytes of pixels. */
    public static final int MAX_BYTES = 3 * WIDTH * MAX_HEIGHT;

    private static final PngLimits LIMITS = new PngLimits(WIDTH, MAX_HEIGHT, (long) WIDTH * MAX_HEIGHT);
    private static final byte[] START = {'p', 'x', 'V', 'M'};

    /** The version that this software writes and reads. */
    public static final int VERSION = 1;

    private static final int MAGIC_PXV = 0x707856;
    private static final int MAGIC_M = 'M';
    private static final int NAME_PIXEL = 10;
    private static final int OPERAND_PIXEL = 2;
    private static final int ATTRIBUTE_PIXEL = 8;

    private ProgramImage() {}

    /** Whether the pixels begin as a program image does. */
    public static boolean matches(Pixels pixels) {
        return pixels.width() == WIDTH && colour(pixels, 0, 0) == MAGIC_PXV && pixels.red(1, 0) == MAGIC_M;
    }

    /**
     * The pixels of a picture that begins as a program image does; null of any other, found out without decoding it.
     *
     * @throws PxiException its data are unsound, or it is higher than a program may be
     */
    public static @Nullable Png decode(PngReader picture) throws PxiException {
        if (picture.width() != WIDTH || !picture.mayBeginWith(START)) {
            return null;
        }
        Png png = picture.decode(LIMITS);
        return matches(png.pixels()) ? png : null;
    }

    /** The image of a program, {@link #WIDTH} wide. */
    public static Pixels write(Program program) {
        List<Tensor> tensors = program.tensors();
        List<Instruction> instructions = program.instructions();
        Pixels pixels = Pixels.black(WIDTH, 1 + tensors.size() + instructions.size());
        paint(pixels, 0, 0, MAGIC_PXV);
        pixels.set(1, 0, MAGIC_M, VERSION, 0);
        word(pixels, 2, 0, tensors.size(), 0);
        word(pixels, 4, 0, instructions.size(), 0);
        word(pixels, 6, 0, program.context(), 0);
        int row = 1;
        for (Tensor tensor : tensors) {
            writeTensor(pixels, row++, tensor);
        }
        for (Instruction instruction : instructions) {
            writeInstruction(pixels, row++, instruction);
        }
        return pixels;
    }

    private static void writeTensor(Pixels pixels, int row, Tensor tensor) {
        paint(pixels, 0, row, tensor.role().colour());
        pixels.set(1, row, tensor.type().code(), tensor.shape().size(), 0);
        for (int i = 0; i < tensor.shape().size(); i++) {
            Dim dim = tensor.shape().get(i);
            word(pixels, 2 + 2 * i, row, dim.size(), dim.kind().code());
        }
        byte[] name = tensor.name().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, pixels.rgb(), 3 * (row * WIDTH + NAME_PIXEL), name.length);
    }

    private static void writeInstruction(Pixels pixels, int row, Instruction instruction) {
        paint(pixels, 0, row, instruction.opcode().colour());
        reference(pixels, 1, row, instruction.result());
        for (int i = 0; i < instruction.operands().size(); i++) {
            if (instruction.has(i)) {
                reference(pixels, OPERAND_PIXEL + i, row, instruction.operand(i));
            }
        }
        for (int i = 0; i < instruction.attributes().size(); i++) {
            word(pixels, ATTRIBUTE_PIXEL + 2 * i, row, instruction.attributes().get(i), 0);
        }
    }

    /**
     * Reads a program back and validates it.
     *
     * @param file the name to use in messages
     * @throws PxiException naming the row that breaks a rule
     */
    public static Program read(Pixels pixels, String file) throws PxiException {
        if (!matches(pixels)) {
            throw invalid(
                    file,
                    "pixel 0",
                    "a program image, " + WIDTH + " wide, beginning with the bytes pxVM",
                    "a %d x %d image of another kind".formatted(pixels.width(), pixels.height()));
        }
        if (pixels.green(1, 0) != VERSION || pixels.blue(1, 0) != 0) {
            throw new UnsupportedVersionException(new Fault(
                    file,
                    "row 0, pixel 1",
                    "program version " + VERSION,
                    "version " + (pixels.green(1, 0) + 256 * pixels.blue(1, 0)),
                    "Assemble the program again with this software, or use a newer one."));
        }
        int tensors = word(pixels, 2, 0, 0, file);
        int instructions = word(pixels, 4, 0, 0, file);
        int context = word(pixels, 6, 0, 0, file);
        if (tensors < 0 || instructions < 0 || 1L + tensors + instructions != pixels.height()) {
            throw invalid(
                    file,
                    "row 0",
                    "%d rows: 1 + %d tensors + %d instructions"
                            .formatted(1L + tensors + instructions, tensors, instructions),
                    pixels.height() + " rows");
        }
        black(pixels, 8, WIDTH, 0, file);
        List<Tensor> declared = new ArrayList<>(tensors);
        List<Instruction> listed = new ArrayList<>(instructions);
        for (int row = 1; row < pixels.height(); row++) {
            if (row <= tensors) {
                declared.add(readTensor(pixels, row, file));
            } else {
                listed.add(readInstruction(pixels, row, file));
            }
        }
        try {
            return new Program(context, declared, listed);
        } catch (InvalidProgramException e) {
            throw e.in(file);
        }
    }

    private static Tensor readTensor(Pixels pixels, int row, String file) throws PxiException {
        Role role = Role.ofColour(colour(pixels, 0, row));
        if (role == null) {
            throw invalid(file, "row " + row + ", pixel 0", "the colour of a role", hex(colour(pixels, 0, row)));
        }
        ElementType type = ElementType.ofCode(pixels.red(1, row));
        if (type == null || pixels.blue(1, row) != 0) {
            throw invalid(
                    file, "row " + row + ", pixel 1", "the code of an element type", "code " + pixels.red(1, row));
        }
        int rank = pixels.green(1, row);
        if (rank < 1 || rank > Limits.RANK) {
            throw invalid(file, "row " + row + ", pixel 1", "one to four dimensions", String.valueOf(rank));
        }
        List<Dim> shape = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            int code = pixels.green(3 + 2 * i, row);
            Dim.Kind kind = Dim.Kind.ofCode(code);
            if (kind == null) {
                throw invalid(file, "row " + row + ", pixel " + (3 + 2 * i), "a dimension's kind", "kind " + code);
            }
            int size = word(pixels, 2 + 2 * i, row, code, file);
            if (kind != Dim.Kind.FIXED && size != 0) {
                throw invalid(file, "row " + row + ", pixel " + (2 + 2 * i), "no size beside T or R", "" + size);
            }
            shape.add(new Dim(kind, size));
        }
        black(pixels, 2 + 2 * rank, NAME_PIXEL, row, file);
        return new Tensor(name(pixels, row, file), role, type, shape);
    }

    private static String name(Pixels pixels, int row, String file) throws PxiException {
        int start = 3 * (row * WIDTH + NAME_PIXEL);
        int length = 0;
        while (length < Limits.NAME_BYTES && pixels.rgb()[start + length] != 0) {
            length++;
        }
        for (int i = length; i < Limits.NAME_BYTES; i++) {
            if (pixels.rgb()[start + i] != 0) {
                throw invalid(file, "row " + row, "a name padded with zeros", "bytes after its end");
            }
        }
        // Bytes above 127 become characters that the validator refuses in a name.
        return new String(pixels.rgb(), start, length, StandardCharsets.ISO_8859_1);
    }

    private static Instruction readInstruction(Pixels pixels, int row, String file) throws PxiException {
        Opcode opcode = Opcode.ofColour(colour(pixels, 0, row));
        if (opcode == null) {
            throw invalid(file, "row " + row + ", pixel 0", "the colour of an opcode", hex(colour(pixels, 0, row)));
        }
        int result = reference(pixels, 1, row, file);
        int count = opcode.operands().size();
        List<Integer> operands = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            operands.add(reference(pixels, OPERAND_PIXEL + i, row, file));
        }
        black(pixels, OPERAND_PIXEL + count, ATTRIBUTE_PIXEL, row, file);
        int numbers = opcode.attributes().size();
        List<Integer> attributes = new ArrayList<>(numbers);
        for (int i = 0; i < numbers; i++) {
            attributes.add(word(pixels, ATTRIBUTE_PIXEL + 2 * i, row, 0, file));
        }
        black(pixels, ATTRIBUTE_PIXEL + 2 * numbers, WIDTH, row, file);
        return new Instruction(opcode, result, operands, attributes);
    }

    private static void reference(Pixels pixels, int x, int y, int id) {
        pixels.setRedGreen(x, y, id, 1);
    }

    private static int reference(Pixels pixels, int x, int y, String file) throws PxiException {
        int id = pixels.redGreen(x, y);
        int mark = pixels.blue(x, y);
        if (mark > 1 || (mark == 0 && id != 0)) {
            throw invalid(file, "row " + y + ", pixel " + x, "B = 1 beside a tensor id, or black", "B = " + mark);
        }
        return mark == 1 ? id : Instruction.ABSENT;
    }

    /** 32 bits over two pixels: the low 24 in the first, the high 8 in the second's R; its G holds a mark. */
    private static void word(Pixels pixels, int x, int y, int bits, int mark) {
        pixels.set(x, y, bits, bits >> 8, bits >> 16);
        pixels.set(x + 1, y, bits >> 24, mark, 0);
    }

    private static int word(Pixels pixels, int x, int y, int mark, String file) throws PxiException {
        if (pixels.green(x + 1, y) != mark || pixels.blue(x + 1, y) != 0) {
            throw invalid(
                    file,
                    "row " + y + ", pixel " + (x + 1),
                    "G = " + mark + " and B = 0",
                    "G = " + pixels.green(x + 1, y) + ", B = " + pixels.blue(x + 1, y));
        }
        return pixels.red(x, y) | pixels.green(x, y) << 8 | pixels.blue(x, y) << 16 | pixels.red(x + 1, y) << 24;
    }

    private static void black(Pixels pixels, int from, int to, int y, String file) throws PxiException {
        for (int x = from; x < to; x++) {
            if (colour(pixels, x, y) != 0) {
                throw invalid(file, "row " + y + ", pixel " + x, "black: unused", hex(colour(pixels, x, y)));
            }
        }
    }

    private static int colour(Pixels pixels, int x, int y) {
        return pixels.red(x, y) << 16 | pixels.green(x, y) << 8 | pixels.blue(x, y);
    }

    private static void paint(Pixels pixels, int x, int y, int colour) {
        pixels.set(x, y, colour >> 16, colour >> 8, colour);
    }

    private static String hex(int colour) {
        return "#%06x".formatted(colour);
    }

    private static InvalidContentException invalid(String file, String place, String expected, String found) {
        return new InvalidContentException(
                new Fault(file, place, expected, found, "Make the image again with pixel-llm asm."));
    }
}
