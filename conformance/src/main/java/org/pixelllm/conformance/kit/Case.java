package org.pixelllm.conformance.kit;

import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.TokenImage;

/**
 * One file that an implementation is given.
 *
 * @param name what reports call it; fits a file name
 * @param requirement what it tests
 * @param file its bytes; null where the file is missing
 * @param tokens its tokens, if it is to be answered; null if it is to be refused
 */
record Case(
        String name,
        Requirement requirement,
        byte @Nullable [] file,
        @Nullable TokenImage tokens) {}
