package org.pixelllm.cli.answer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.protocol.images.TokenImage;

/** What a hot folder does with each token image. */
public final class Requests {

    private final PixelLlm model;
    private final int top;
    private final @Nullable SamplingOptions sampling;

    /**
     * Prepares.
     *
     * @param top how many tokens a prediction names
     * @param sampling how sequences are said, or null where none are
     */
    public Requests(PixelLlm model, int top, @Nullable SamplingOptions sampling) {
        this.model = model;
        this.top = top;
        this.sampling = sampling;
    }

    public int top() {
        return top;
    }

    public boolean hasSequences() {
        return sampling != null;
    }

    /** What is asked with one image. A seed that nobody gave is made of the tokens: asked again, it is the same. */
    public Request of(TokenImage tokens) {
        int[] ids = tokens.ids();
        ByteBuffer bytes = ByteBuffer.allocate(2 * ids.length);
        for (int id : ids) {
            bytes.putShort((short) id);
        }
        byte[] digest = sha256(bytes.array());
        GenerationOptions options = sampling == null
                ? null
                : sampling.read(Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()));
        String all = HexFormat.of().formatHex(digest) + " " + model.cartridge().digest() + " "
                + model.executor().executor().name() + " " + top + " " + options;
        return new Request("sha256:" + HexFormat.of().formatHex(sha256(all.getBytes(StandardCharsets.UTF_8))), options);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
