package org.pixelllm.forge.train.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.Sha256;

/**
 * A checkpoint on disk, beside the cartridge that it belongs to: {@code model.pxi.state}. It holds all that a run needs
 * to continue, weights included, so that one file replaced in one step is enough.
 *
 * <p>Little-endian: the magic {@code pxTRAIN} and a zero, version u32, 0 u32, bytes of the file u64; length u32 and the
 * head as JSON; length u32 and the tokenizer; length u32 and the base's program; number of steps done u32 and the loss of each f32; number of measurements
 * u32, and of each its step u32, bits f64 and those of the average f64; number of weight tensors u32, and of each the number of its arrays u32,
 * their elements u32 and the values f32; the SHA-256 of all before it.
 */
final class CheckpointFile {

    private static final byte[] MAGIC = "pxTRAIN\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 2;
    private static final int START_BYTES = 24;
    private static final int DIGEST_BYTES = 32;
    static final int BUFFER_BYTES = 1 << 20;
    private static final String REMEDY = "Begin a new run, or put back the state that belongs to this cartridge.";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private CheckpointFile() {}

    /** Writes a checkpoint, whole or not at all. */
    static void write(Path file, Checkpoint checkpoint) throws IOException {
        byte[] head = GSON.toJson(checkpoint.head()).getBytes(StandardCharsets.UTF_8);
        PxiFiles.write(file, channel -> {
            CheckpointOut out = new CheckpointOut(channel);
            out.bytes(MAGIC);
            out.i32(VERSION);
            out.i32(0);
            out.i64(bytes(checkpoint, head.length));
            out.counted(head);
            out.counted(checkpoint.tokenizer());
            out.counted(checkpoint.program());
            LossCurve curve = checkpoint.curve();
            out.i32(curve.steps());
            for (int step = 0; step < curve.steps(); step++) {
                out.i32(Float.floatToRawIntBits(curve.nats(step)));
            }
            out.i32(curve.measurements().size());
            for (LossCurve.Measurement measured : curve.measurements()) {
                out.i32(measured.step());
                out.i64(Double.doubleToRawLongBits(measured.plain()));
                out.i64(Double.doubleToRawLongBits(measured.averaged()));
            }
            out.i32(checkpoint.weights().size());
            for (float[][] tensor : checkpoint.weights()) {
                out.i32(tensor.length);
                out.i32(tensor[0].length);
                for (float[] array : tensor) {
                    out.floats(array);
                }
            }
            out.end();
        });
    }

    private static long bytes(Checkpoint checkpoint, int head) {
        LossCurve curve = checkpoint.curve();
        long bytes = START_BYTES + 6 * 4L + head + checkpoint.tokenizer().length + DIGEST_BYTES;
        bytes += checkpoint.program().length
                + 4L * curve.steps()
                + 20L * curve.measurements().size();
        for (float[][] tensor : checkpoint.weights()) {
            bytes += 8 + 4L * tensor.length * tensor[0].length;
        }
        return bytes;
    }

    /**
     * Reads a checkpoint.
     *
     * @throws PxiException it is missing, of another kind, cut off or altered
     */
    static Checkpoint read(Path file) throws PxiException {
        PxiFiles.requireRegular(file);
        try (FileChannel channel = FileChannel.open(file)) {
            CheckpointIn in = new CheckpointIn(channel);
            checkStart(in, channel.size(), file);
            checkDigest(channel, file);
            return read(in);
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        } catch (JsonParseException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new InvalidContentException(fault(file, "whole file", "the state of a training run", e.getMessage()));
        }
    }

    private static void checkStart(CheckpointIn in, long size, Path file) throws IOException {
        byte[] magic = size < START_BYTES + DIGEST_BYTES ? new byte[0] : in.bytes(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new NotPxiException(
                    fault(file, "byte 0", "the state of a training run, which begins with pxTRAIN", "another file"));
        }
        int version = in.i32();
        if (version != VERSION) {
            throw new UnsupportedVersionException(
                    fault(file, "byte 8", "version " + VERSION, "version " + Integer.toUnsignedString(version)));
        }
        in.i32();
        long bytes = in.i64();
        if (bytes > size) {
            throw new TruncatedPxiException(fault(file, "end", bytes + " bytes", size + " bytes"));
        }
        if (bytes < size) {
            throw new InvalidContentException(fault(file, "end", bytes + " bytes", size + " bytes"));
        }
    }

    private static void checkDigest(FileChannel channel, Path file) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long end = channel.size() - DIGEST_BYTES;
        long at = 0;
        while (at < end) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
            int count = channel.read(buffer, at);
            if (count < 0) {
                break;
            }
            at += count;
            sha256.update(buffer.flip());
        }
        ByteBuffer stated = ByteBuffer.allocate(DIGEST_BYTES);
        while (stated.hasRemaining() && channel.read(stated, end + stated.position()) >= 0) {
            // read on
        }
        byte[] found = sha256.digest();
        if (!Arrays.equals(stated.array(), found)) {
            HexFormat hex = HexFormat.of();
            throw new InvalidContentException(fault(
                    file,
                    "the last 32 bytes",
                    "the SHA-256 of the rest, " + hex.formatHex(found),
                    hex.formatHex(stated.array()) + ": the file was altered"));
        }
    }

    private static Checkpoint read(CheckpointIn in) throws IOException {
        Checkpoint.Head head =
                GSON.fromJson(new String(in.bytes(in.i32()), StandardCharsets.UTF_8), Checkpoint.Head.class);
        byte[] tokenizer = in.bytes(in.i32());
        byte[] program = in.bytes(in.i32());
        LossCurve curve = new LossCurve();
        for (int left = in.i32(); left > 0; left--) {
            curve.addLoss(Float.intBitsToFloat(in.i32()));
        }
        for (int left = in.i32(); left > 0; left--) {
            curve.addMeasurement(new LossCurve.Measurement(
                    in.i32(), Double.longBitsToDouble(in.i64()), Double.longBitsToDouble(in.i64())));
        }
        List<float[][]> weights = new ArrayList<>();
        for (int left = in.i32(); left > 0; left--) {
            float[][] tensor = new float[in.i32()][];
            int elements = in.i32();
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] = in.floats(elements);
            }
            weights.add(tensor);
        }
        return new Checkpoint(head, tokenizer, program, curve, weights);
    }

    private static Fault fault(Path file, String place, String expected, @Nullable String found) {
        return new Fault(file.toString(), place, expected, String.valueOf(found), REMEDY);
    }
}
