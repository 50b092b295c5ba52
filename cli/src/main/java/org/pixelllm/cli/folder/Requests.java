package org.pixelllm.cli.folder;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.SamplingOptions;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Sha256;

/** What a hot folder does with each token image. */
final class Requests {

    private final int top;
    private final @Nullable SamplingOptions sampling;

    /**
     * Prepares.
     *
     * @param top how many tokens a prediction names
     * @param sampling how sequences are sampled, or null without sequences
     */
    Requests(int top, @Nullable SamplingOptions sampling) {
        this.top = top;
        this.sampling = sampling;
    }

    int top() {
        return top;
    }

    boolean hasSequences() {
        return sampling != null;
    }

    /** The request of one image. Without --seed the seed comes from the tokens, so that a repeated request gets the same answer. */
    Request of(PixelLlm model, TokenImage tokens) {
        byte[] digest = Sha256.of(bytes(tokens));
        GenerationOptions options = sampling == null
                ? null
                : sampling.read(Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()));
        String all = HexFormat.of().formatHex(digest) + " " + model.cartridge().digest() + " "
                + model.executor().executor().name() + " " + top + " " + options;
        return new Request(
                "sha256:" + HexFormat.of().formatHex(Sha256.of(all.getBytes(StandardCharsets.UTF_8))), options);
    }

    /** The ids: two bytes for each in version 1; in version 2 four, and the version before them. */
    private static byte[] bytes(TokenImage tokens) {
        int[] ids = tokens.ids();
        return switch (tokens.version()) {
            case V1 -> {
                ByteBuffer bytes = ByteBuffer.allocate(2 * ids.length);
                for (int id : ids) {
                    bytes.putShort((short) id);
                }
                yield bytes.array();
            }
            case V2 -> {
                ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * ids.length)
                        .putInt(tokens.version().number());
                bytes.asIntBuffer().put(ids);
                yield bytes.array();
            }
        };
    }
}
