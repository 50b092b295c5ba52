package org.pixelllm.protocol.images;

import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;

/**
 * What a picture of any size is. Its pixels are in memory only where they hold data: a view and a picture of somebody
 * else's are checked and forgotten.
 *
 * @param kind what it is
 * @param png its pixels, or null for {@link PxiKind#VIEW} and {@link PxiKind#OTHER}
 */
public record SeenPicture(PxiKind kind, @Nullable Png png) {

    /**
     * Judges a picture by its name, else by its size and pixels.
     *
     * @param limits the largest picture without data that is checked
     * @throws PxiException its data are unsound, or it is larger than the kind that it names may be
     */
    public static SeenPicture of(PngReader picture, PngLimits limits) throws PxiException {
        PxiKind named = PxiKind.ofName(picture.text());
        if (named != PxiKind.OTHER && named != PxiKind.VIEW) {
            return new SeenPicture(named, named.pixels(picture));
        }
        boolean plausible = picture.height() == 1 || picture.width() == LogitsHeatmap.WIDTH;
        if (named == PxiKind.OTHER
                && PngLimits.PROTOCOL.hold(picture.width(), picture.height())
                && (plausible || WideRows.mayBeginOne(picture))) {
            Png png = picture.decode(PngLimits.PROTOCOL);
            PxiKind kind = PxiKind.of(png);
            return new SeenPicture(kind, kind == PxiKind.OTHER ? null : png);
        }
        picture.check(limits);
        return new SeenPicture(named, null);
    }
}
