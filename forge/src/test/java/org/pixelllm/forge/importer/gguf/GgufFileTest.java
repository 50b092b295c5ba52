package org.pixelllm.forge.importer.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.importer.Decoded;
import org.pixelllm.forge.importer.Reference;
import org.pixelllm.forge.importer.tensor.StoredType;
import org.pixelllm.forge.importer.tensor.TensorInfo;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.weights.ElementType;

/** Files that llama.cpp wrote: one model of random weights in nine types. */
class GgufFileTest {

    private static Path file(String type) {
        return Reference.path("gguf/tiny-" + type + ".gguf");
    }

    /** The root mean square of what quantising changed, relative to that of the values, over one tensor. */
    private static double error(float[] values, float[] exact) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.pow(values[i] - exact[i], 2);
            size += Math.pow(exact[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    /** What each type's step gives for normally distributed values, with a little room; a wrong bit gives far more. */
    private static final Map<StoredType, Double> ERRORS = Map.of(
            StoredType.F32, 0.0,
            StoredType.BF16, 0.00166,
            StoredType.F16, 0.000208,
            StoredType.Q8_0, 0.00535,
            StoredType.Q6_K, 0.0178,
            StoredType.Q5_0, 0.0425,
            StoredType.Q4_1, 0.0765,
            StoredType.Q4_0, 0.0835,
            StoredType.Q4_K, 0.0714);

    @ParameterizedTest
    @ValueSource(strings = {"F32", "BF16", "F16", "Q8_0", "Q6_K", "Q5_0", "Q4_1", "Q4_0", "Q4_K_M"})
    void everyTypeIsAsNearToF32AsItCanBe(String type) throws PxiException {
        try (GgufFile exact = GgufFile.open(file("F32"));
                GgufFile file = GgufFile.open(file(type))) {
            assertThat(file.tensors().keySet())
                    .containsExactlyInAnyOrderElementsOf(exact.tensors().keySet());
            for (TensorInfo info : file.tensors().values()) {
                TensorInfo twin = exact.require(info.name(), info.shape());
                assertThat(twin.type()).isEqualTo(StoredType.F32);
                double expected = Objects.requireNonNull(ERRORS.get(info.type()));
                assertThat(error(file.values(info.name()), exact.values(info.name())))
                        .as("%s", info)
                        .isBetween(0.96 * expected, 1.04 * expected);
            }
        }
    }

    /** llama.cpp's codes and ours are the same bytes, carried over or made anew from the F32 file. */
    @ParameterizedTest
    @CsvSource({"Q8_0, Q8", "Q4_0, Q4", "F16, F16", "BF16, BF16"})
    void ourTypesHoldItsValuesExactlyAndRoundAsItDoes(String type, ElementType same) throws PxiException {
        int compared = 0;
        try (GgufFile exact = GgufFile.open(file("F32"));
                GgufFile file = GgufFile.open(file(type))) {
            for (TensorInfo info : file.tensors().values()) {
                if (info.type().same() != same) {
                    continue;
                }
                byte[] carried = row(same, info, file.encoded(info.name(), same), 7);
                byte[] made = row(same, info, exact.encoded(info.name(), same), 7);
                assertThat(made).as("%s", info).isEqualTo(carried);
                byte[] turned =
                        row(same, info, file.encoded(info.name(), same, r -> info.rows() - 1 - r), info.rows() - 8);
                assertThat(turned).isEqualTo(carried);
                float[] values = new float[info.columns()];
                file.readRow(info.name(), 7, values);
                assertThat(Decoded.row(same, carried, info.columns())).isEqualTo(values);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(10);
    }

    private static byte[] row(ElementType type, TensorInfo info, EncodedWeight weight, int row) {
        byte[] to = new byte[type.codec().rowBytes(info.columns())];
        weight.rows().write(row, to, 0);
        return to;
    }

    @Test
    void metadataTellsTheModel() throws PxiException {
        try (GgufFile file = GgufFile.open(file("Q4_K_M"))) {
            GgufMetadata metadata = file.metadata();
            assertThat(metadata.text("general.architecture")).isEqualTo("llama");
            assertThat(metadata.whole("llama.embedding_length", 1, 1 << 20)).isEqualTo(256);
            assertThat(metadata.whole("llama.nothing", 1, 9, 5)).isEqualTo(5);
            assertThat(metadata.real("llama.attention.layer_norm_rms_epsilon")).isEqualTo(1e-5f);
            assertThat(metadata.texts("tokenizer.ggml.tokens")).hasSize(512).startsWith("<unk>", "<s>", "</s>");
            assertThat(metadata.reals("tokenizer.ggml.scores")).hasSize(512);
            assertThat(metadata.wholes("tokenizer.ggml.token_type"))
                    .hasSize(512)
                    .startsWith(2, 3, 3, 6);
            assertThat(Objects.requireNonNull(file.tensors().get("blk.0.ffn_down.weight")))
                    .isEqualTo(new TensorInfo("blk.0.ffn_down.weight", List.of(256, 512), StoredType.Q4_K));
            assertThat(file.require("output.weight", List.of(512, 256)).type()).isEqualTo(StoredType.Q6_K);
        }
    }
}
