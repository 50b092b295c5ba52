package org.pixelllm.conformance.kit;

import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.TokenImage;

/**
 * One file that an implementation is given.
 *
 * @param name what reports call it; fits a file name
 * @param conduct what it tests
 * @param file its bytes; null where the file is missing
 * @param tokens what it says, where it is to be answered; null where it is to be refused
 */
record Case(
        String name,
        Conduct conduct,
        byte @Nullable [] file,
        @Nullable TokenImage tokens) {}
