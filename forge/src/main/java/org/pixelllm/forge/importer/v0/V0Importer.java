package org.pixelllm.forge.importer.v0;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.json.JsonText;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;

/**
 * Reads the original implementation's weights: an RGB image of bytes, and a {@code .meta.json} beside it that says which
 * bytes are which tensor. The bytes are carried over as they are; matrices are turned to the machine's layout, outputs
 * first.
 */
public final class V0Importer {

    /** What follows the image's name without {@code .pxi}. */
    public static final String META_SUFFIX = ".meta.json";

    private static final PngLimits LIMITS = new PngLimits(1 << 14, 1 << 14, 1 << 26);
    private static final long MAX_META_BYTES = 1 << 20;
    private static final String QUANTIZATION = "uint8_per_tensor";
    private static final int MAX_DIM = 1 << 16;

    private final String file;
    private final Meta meta;
    private final byte[] bytes;

    private V0Importer(String file, Meta meta, byte[] bytes) {
        this.file = file;
        this.meta = meta;
        this.bytes = bytes;
    }

    private record Meta(
            @Nullable String model_name,
            @Nullable String version,
            @Nullable Architecture architecture,
            @Nullable String quantization,
            @Nullable List<@Nullable Entry> tensors) {}

    private record Architecture(@Nullable String type, int vocab_size, int model_dim) {}

    private record Entry(
            @Nullable String name, int @Nullable [] shape, double w_min, double w_max, long offset, long length) {}

    private static final String REMEDY = "Use the files as the original implementation wrote them.";

    /** The {@code .meta.json} that belongs to an image. */
    public static Path metaOf(Path image) {
        String name = String.valueOf(image.getFileName());
        String stem = name.endsWith(".pxi") ? name.substring(0, name.length() - ".pxi".length()) : name;
        return image.resolveSibling(stem + META_SUFFIX);
    }

    /** The image that a {@code .meta.json} belongs to; any other file itself. */
    public static Path imageOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(META_SUFFIX)
                ? file.resolveSibling(name.substring(0, name.length() - META_SUFFIX.length()) + ".pxi")
                : file;
    }

    /**
     * Reads a v0 model.
     *
     * @param image the weights' image
     * @throws PxiException naming the file and the place that is wrong
     */
    public static Model read(Path image) throws PxiException {
        Path metaFile = metaOf(image);
        Meta meta = readMeta(metaFile);
        Pixels pixels =
                PxiFiles.read(image, LIMITS, PxiFiles.MAX_IMAGE_FILE_BYTES).pixels();
        return new V0Importer(metaFile.toString(), meta, pixels.rgb()).model();
    }

    private static Meta readMeta(Path file) throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            if (Files.size(file) > MAX_META_BYTES) {
                throw fault(file.toString(), "whole file", "at most 1 MiB", Files.size(file) + " bytes");
            }
            Meta meta =
                    JsonText.read(Files.readString(file, StandardCharsets.UTF_8), Meta.class, file.toString(), REMEDY);
            if (meta == null) {
                throw fault(file.toString(), "whole file", "a JSON object", "nothing");
            }
            return meta;
        } catch (PxiException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw fault(file.toString(), "whole file", "JSON in UTF-8", "other bytes");
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    private Model model() throws PxiException {
        Architecture architecture = meta.architecture;
        if (architecture == null || !"mlp".equals(architecture.type)) {
            throw fault(
                    file,
                    "architecture.type",
                    "\"mlp\"",
                    architecture == null ? "none" : "\"" + architecture.type + "\"");
        }
        if (!QUANTIZATION.equals(meta.quantization)) {
            throw fault(file, "quantization", "\"" + QUANTIZATION + "\"", "\"" + meta.quantization + "\"");
        }
        int vocabulary = size("architecture.vocab_size", architecture.vocab_size);
        int dim = size("architecture.model_dim", architecture.model_dim);
        // The mean has no end of its own: the protocol's longest text is the context.
        Program program = new PooledMlp(vocabulary, dim, dim, 65_535, ElementType.U8).program();
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            weights.put(id, weight(program.tensor(id)));
        }
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("source", "pxOS, the original implementation");
        provenance.put("version", String.valueOf(meta.version));
        String name = meta.model_name == null ? "pixellm_v0" : meta.model_name;
        return new Model(
                program,
                weights,
                vocabulary <= CharacterTokenizer.PROTOCOL.vocabulary() ? new CharacterTokenizer(vocabulary) : null,
                new Manifest(name, PooledMlp.NAME, "MIT", provenance));
    }

    private int size(String place, int value) throws PxiException {
        if (value < 1 || value > MAX_DIM) {
            throw fault(file, place, "a number from 1 to " + MAX_DIM, String.valueOf(value));
        }
        return value;
    }

    private EncodedWeight weight(Tensor tensor) throws PxiException {
        Entry entry = entry(tensor.name());
        boolean matrix = tensor.shape().size() == 2;
        boolean transposed = matrix && !tensor.name().equals(PooledMlp.EMBED);
        int rows = tensor.rows();
        int columns = tensor.columns();
        int[] wanted =
                matrix ? (transposed ? new int[] {columns, rows} : new int[] {rows, columns}) : new int[] {columns};
        String place = "tensors, \"" + tensor.name() + "\"";
        if (!Arrays.equals(entry.shape, wanted)) {
            throw fault(file, place + ", shape", Arrays.toString(wanted), Arrays.toString(entry.shape));
        }
        long length = (long) rows * columns;
        if (entry.length != length || entry.offset < 0 || entry.offset > bytes.length - length) {
            throw fault(
                    file,
                    place + ", offset and length",
                    length + " bytes within the image's " + bytes.length,
                    entry.length + " bytes from " + entry.offset);
        }
        if (!Float.isFinite((float) entry.w_min) || !Float.isFinite((float) entry.w_max) || entry.w_min > entry.w_max) {
            throw fault(file, place, "finite w_min ≤ w_max", entry.w_min + " and " + entry.w_max);
        }
        int from = (int) entry.offset;
        Range range = new Range((float) entry.w_min, (float) entry.w_max);
        return new EncodedWeight(range, (row, to, at) -> {
            for (int column = 0; column < columns; column++) {
                to[at + column] = bytes[from + (transposed ? column * rows + row : row * columns + column)];
            }
        });
    }

    private Entry entry(String name) throws PxiException {
        Entry found = null;
        if (meta.tensors != null) {
            for (Entry entry : meta.tensors) {
                if (entry != null && name.equals(entry.name)) {
                    if (found != null) {
                        throw fault(file, "tensors", "\"" + name + "\" once", "it twice");
                    }
                    found = entry;
                }
            }
        }
        if (found == null) {
            throw fault(file, "tensors", "a tensor \"" + name + "\"", "none");
        }
        return found;
    }

    private static InvalidContentException fault(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, REMEDY));
    }
}
