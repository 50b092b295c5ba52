package org.pixelllm.forge.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.Sha256;

/**
 * A text on disk.
 *
 * @param path where it was read
 * @param sha256 of the file, in hexadecimal
 * @param characters its Unicode code points
 * @param content all of it
 */
public record TextFile(Path path, String sha256, long characters, String content) {

    /** The largest text that is read. */
    static final long MAX_BYTES = 1 << 29;

    /** Reads a UTF-8 text. */
    public static TextFile read(Path path) throws PxiException {
        PxiFiles.requireRegular(path);
        try {
            long size = Files.size(path);
            if (size == 0 || size > MAX_BYTES) {
                throw fault(path, "whole file", "1 to " + MAX_BYTES + " bytes of text", size + " bytes");
            }
            byte[] bytes = Files.readAllBytes(path);
            String content = decode(path.toString(), bytes);
            return new TextFile(
                    path,
                    HexFormat.of().formatHex(Sha256.of(bytes)),
                    content.codePointCount(0, content.length()),
                    content);
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(path, e);
        }
    }

    /**
     * Decodes UTF-8, all of it or nothing.
     *
     * @param name of what the bytes are, for the message
     * @throws InvalidContentException with the first byte that does not fit
     */
    public static String decode(String name, byte[] bytes) throws InvalidContentException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            int at = in.position();
            throw fault(
                    name,
                    "byte " + at + ", line " + line(bytes, at),
                    "text in UTF-8",
                    "0x" + HexFormat.of().withUpperCase().toHexDigits(bytes[at])
                            + ", which does not begin a character");
        }
        return out.flip().toString();
    }

    private static int line(byte[] bytes, int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    /** The file's name without its folders. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    static InvalidContentException fault(Path file, String place, String expected, String found) {
        return fault(file.toString(), place, expected, found);
    }

    private static InvalidContentException fault(String name, String place, String expected, String found) {
        return new InvalidContentException(new Fault(name, place, expected, found, "Give text in UTF-8."));
    }
}
