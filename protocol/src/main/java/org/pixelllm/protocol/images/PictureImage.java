package org.pixelllm.protocol.images;

import org.pixelllm.protocol.png.Pixels;

/**
 * A picture that holds no data to read back: a view, or a picture of somebody else's.
 *
 * @param kind {@link PxiKind#VIEW} or {@link PxiKind#OTHER}
 * @param toPixels the picture
 */
public record PictureImage(PxiKind kind, Pixels toPixels) implements PxiImage.OfPixels {

    /** The name of pictures for eyes. */
    public static final String VIEW = "view";

    /** A picture for eyes. */
    public static PictureImage view(Pixels pixels) {
        return new PictureImage(PxiKind.VIEW, pixels);
    }
}
