package org.pixelllm.forge.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.protocol.PxiFiles;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * A text to learn from or to be measured on.
 *
 * @param name the file's name
 * @param sha256 of the file, in hexadecimal
 * @param characters its Unicode code points
 * @param ids its tokens; not copied
 */
public record Corpus(String name, String sha256, long characters, int[] ids) {

    /** The largest text that is read. */
    public static final long MAX_BYTES = 1 << 29;

    /** Reads a UTF-8 text. */
    public static Corpus read(Path file, Tokenizer tokenizer) throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            long size = Files.size(file);
            if (size == 0 || size > MAX_BYTES) {
                throw fault(file, "1 to " + MAX_BYTES + " bytes of text", size + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new Corpus(
                    String.valueOf(file.getFileName()),
                    sha256,
                    text.codePointCount(0, text.length()),
                    tokenizer.encode(text));
        } catch (CharacterCodingException e) {
            throw fault(file, "UTF-8 text", "bytes that are not: " + e.getMessage());
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static InvalidContentException fault(Path file, String expected, String found) {
        return new InvalidContentException(
                new Fault(file.toString(), "whole file", expected, found, "Give a text file in UTF-8."));
    }
}
