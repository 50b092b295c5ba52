package org.pixelllm.server;

import org.jspecify.annotations.Nullable;

/** The page's files. */
@FunctionalInterface
public interface PageFiles {

    /** None. */
    PageFiles NONE = path -> null;

    /** The bytes of a file by its path without a slash at its beginning, {@code index.html} for one; null where there is none. */
    byte @Nullable [] file(String path);
}
