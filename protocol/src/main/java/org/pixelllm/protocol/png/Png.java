package org.pixelllm.protocol.png;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A decoded PNG.
 *
 * @param pixels the picture as opaque 8-bit RGB
 * @param text the {@code tEXt} entries, keyword to value, in the order of the file; where a keyword occurs twice the
 *     first one counts
 */
public record Png(Pixels pixels, Map<String, String> text) {

    public Png {
        text = text.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(text));
    }
}
