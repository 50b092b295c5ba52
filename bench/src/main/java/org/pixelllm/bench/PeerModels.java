package org.pixelllm.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pixelllm.bench.Decode.Shape;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.weights.ElementType;

/** Writes models with the same random weights as llama2.c, llama.cpp and Pixel-LLM keep them; existing files stay. */
public final class PeerModels {

    /** Types that GGUF and cartridges share. */
    static final List<ElementType> TYPES =
            List.of(ElementType.F32, ElementType.BF16, ElementType.F16, ElementType.Q8, ElementType.Q4);

    /** Shapes that are written. */
    static final List<Shape> SHAPES = List.of(Shape.P6M, Shape.P15M, Shape.P110M);

    private static final int CONTEXT = 256;
    private static final int LARGE_CONTEXT = 1024;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final List<String> SPECIAL = List.of("<unk>", "\n<s>\n", "\n</s>\n");
    private static final int BYTES = 256;

    private PeerModels() {}

    /** Writes to a stream. */
    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** Writes what is missing in the folder {@code arguments[0]}. */
    public static void main(String[] arguments) throws InterruptedException {
        CommandLine.run(() -> {
            if (arguments.length != 1) {
                throw new IllegalArgumentException("bench/models DIR");
            }
            Path folder = Path.of(arguments[0]);
            for (Shape shape : SHAPES) {
                write(folder, shape);
            }
        });
    }

    private static void write(Path folder, Shape shape) throws IOException {
        int context = shape == Shape.P110M ? LARGE_CONTEXT : CONTEXT;
        Decoder plain = shape.family(ElementType.F32, context);
        once(tokenizer(folder, shape), out -> writeTokenizer(plain.embedding().vocabulary(), out));
        once(checkpoint(folder, shape), out -> writeCheckpoint(plain, out));
        for (ElementType type : TYPES) {
            Path gguf = gguf(folder, shape.name(), type);
            once(gguf, out -> new GgufWriter(shape.family(type, context)).write(shape.name(), out));
            writeCartridge(gguf, cartridge(folder, shape.name(), type));
        }
    }

    /** By the vocabulary's size, as llama2.c's own tools name it. */
    static Path tokenizer(Path folder, Shape shape) {
        return folder.resolve(
                "tok" + shape.family(ElementType.F32, CONTEXT).embedding().vocabulary() + ".bin");
    }

    static Path checkpoint(Path folder, Shape shape) {
        return folder.resolve(shape + ".bin");
    }

    static Path gguf(Path folder, String name, ElementType type) {
        return folder.resolve(name + "-" + type.word() + ".gguf");
    }

    static Path cartridge(Path folder, String name, ElementType type) {
        return folder.resolve(name + "-" + type.word() + ".pxi");
    }

    /** Imports a model, unless the cartridge is there. */
    static void writeCartridge(Path model, Path cartridge) throws IOException {
        if (!Files.exists(cartridge)) {
            try (Imported imported = Importer.open(model, null)) {
                imported.model().write(cartridge);
            }
            System.err.println(cartridge);
        }
    }

    private static void once(Path file, Content content) throws IOException {
        if (!Files.exists(file)) {
            PxiFiles.write(file, channel -> {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
                content.write(out);
                out.flush();
            });
            System.err.println(file);
        }
    }

    /** llama2.c's version 0: the settings, then each kind of weight over all layers, then unused tables of angles. */
    private static void writeCheckpoint(Decoder shape, OutputStream out) throws IOException {
        Heads heads = shape.layers().getFirst().attention().heads();
        int[] header = {
            shape.embedding().dim(),
            ((Feed.Dense) shape.layers().getFirst().feed()).hidden(),
            shape.layers().size(),
            heads.queries(),
            heads.keyValues(),
            shape.embedding().vocabulary(),
            shape.context()
        };
        byte[] settings = new byte[Integer.BYTES * header.length];
        littleEndian(settings).asIntBuffer().put(header);
        out.write(settings);
        PeerWeight.All all = PeerWeight.of(shape);
        writeRows(all.embed(), out);
        for (int kind = 0; kind < all.layers().getFirst().size(); kind++) {
            for (List<PeerWeight> layer : all.layers()) {
                writeRows(layer.get(kind), out);
            }
        }
        writeRows(all.norm(), out);
        out.write(new byte[Float.BYTES * shape.context() * heads.dim()]);
    }

    private static void writeRows(PeerWeight weight, OutputStream out) throws IOException {
        byte[] bytes = new byte[Float.BYTES * weight.columns()];
        weight.forEachRow(row -> {
            littleEndian(bytes).asFloatBuffer().put(row);
            out.write(bytes);
        });
    }

    /** llama2.c's vocabulary: three special pieces, the bytes, then pieces that differ. */
    private static void writeTokenizer(int vocabulary, OutputStream out) throws IOException {
        out.write(littleEndian(Integer.BYTES).putInt(Integer.BYTES * 2).array());
        for (int id = 0; id < vocabulary; id++) {
            byte[] piece = piece(id).getBytes(StandardCharsets.US_ASCII);
            out.write(littleEndian(Float.BYTES + Integer.BYTES)
                    .putFloat(-id)
                    .putInt(piece.length)
                    .array());
            out.write(piece);
        }
    }

    private static String piece(int id) {
        if (id < SPECIAL.size()) {
            return SPECIAL.get(id);
        }
        int index = id - SPECIAL.size();
        return index < BYTES ? "<0x%02X>".formatted(index) : "w" + Integer.toString(index, Character.MAX_RADIX);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
