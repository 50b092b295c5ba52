package org.pixelllm.cli.model;

import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.pxvm.weights.ElementType;

/** The weight types as options name them. */
final class WeightTypes {

    /** All of them, for a sentence. */
    static final String WORDS = words();

    private WeightTypes() {}

    static ElementType parse(String word) {
        ElementType type = ElementType.ofWord(word);
        if (type == null || !type.isWeightType()) {
            throw new UsageException("--weights: expected " + WORDS + ", found " + word + ".");
        }
        return type;
    }

    private static String words() {
        StringBuilder words = new StringBuilder();
        for (ElementType type : ElementType.values()) {
            if (type.isWeightType()) {
                words.append(words.isEmpty() ? "" : ", ").append(type.word());
            }
        }
        return words.insert(words.lastIndexOf(", ") + 2, "or ").toString();
    }
}
