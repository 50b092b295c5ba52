package org.pixelllm.forge.importer.hf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Hugging Face's own library. */
final class Oracle {

    private Oracle() {}

    static HuggingFaceTokenizer open(Path file) throws IOException {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        return HuggingFaceTokenizer.newInstance(file, Map.of("padding", "false", "truncation", "false"));
    }

    static int[] ids(HuggingFaceTokenizer oracle, String text) {
        return Arrays.stream(oracle.encode(text).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }
}
