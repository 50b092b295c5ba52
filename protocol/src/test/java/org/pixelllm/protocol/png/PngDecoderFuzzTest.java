package org.pixelllm.protocol.png;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.images.MutationTest;

/**
 * The fuzz target of the decoder. In a build it runs over its seeds alone; with {@code JAZZER_FUZZ=1} in the environment
 * it searches for inputs of its own.
 */
class PngDecoderFuzzTest {

    static Stream<byte[]> seeds() {
        return MutationTest.sound().stream();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) {
        MutationTest.check(bytes);
    }
}
