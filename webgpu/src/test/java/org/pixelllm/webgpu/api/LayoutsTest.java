package org.pixelllm.webgpu.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Structs have the sizes and offsets that a C compiler gives those of {@code webgpu.h} on a 64-bit machine. */
class LayoutsTest {

    @Test
    void sizesAreThoseOfC() {
        Map<StructLayout, Long> sizes = Map.ofEntries(
                Map.entry(Layouts.STRING_VIEW, 16L),
                Map.entry(Layouts.CALLBACK_INFO, 40L),
                Map.entry(Layouts.UNCAPTURED_ERROR_CALLBACK_INFO, 32L),
                Map.entry(Layouts.REQUEST_ADAPTER_OPTIONS, 32L),
                Map.entry(Layouts.ADAPTER_INFO, 96L),
                Map.entry(Layouts.LIMITS, 512L),
                Map.entry(Layouts.DEVICE_DESCRIPTOR, 144L),
                Map.entry(Layouts.BUFFER_DESCRIPTOR, 48L),
                Map.entry(Layouts.BIND_GROUP_ENTRY, 56L),
                Map.entry(Layouts.BIND_GROUP_DESCRIPTOR, 48L),
                Map.entry(Layouts.SHADER_SOURCE_WGSL, 32L),
                Map.entry(Layouts.SHADER_MODULE_DESCRIPTOR, 24L),
                Map.entry(Layouts.COMPUTE_PIPELINE_DESCRIPTOR, 80L));
        sizes.forEach((layout, size) ->
                assertThat(layout.byteSize()).as(layout.name().orElseThrow()).isEqualTo(size));
    }

    @Test
    void offsetsAreThoseOfC() {
        assertThat(offset(Layouts.LIMITS, "maxStorageBuffersPerShaderStage")).isEqualTo(52);
        assertThat(offset(Layouts.LIMITS, "maxStorageBufferBindingSize")).isEqualTo(72);
        assertThat(offset(Layouts.LIMITS, "maxBufferSize")).isEqualTo(96);
        assertThat(offset(Layouts.ADAPTER_INFO, "adapterType")).isEqualTo(76);
        assertThat(offset(Layouts.DEVICE_DESCRIPTOR, "deviceLostCallbackInfo")).isEqualTo(72);
        assertThat(offset(Layouts.DEVICE_DESCRIPTOR, "uncapturedErrorCallbackInfo"))
                .isEqualTo(112);
        assertThat(offset(Layouts.BIND_GROUP_ENTRY, "buffer")).isEqualTo(16);
        assertThat(offset(Layouts.COMPUTE_PIPELINE_DESCRIPTOR, "compute")).isEqualTo(32);
    }

    private static long offset(StructLayout layout, String member) {
        return layout.byteOffset(PathElement.groupElement(member));
    }

    @Test
    void membersAreFoundByNameAndType() {
        try (Arena arena = Arena.ofConfined()) {
            NativeStruct struct = NativeStruct.allocate(arena, Layouts.SHADER_SOURCE_WGSL)
                    .set("chain.sType", 2)
                    .set(arena, "code", "fn main() {} // ü");
            assertThat(struct.getInt("chain.sType")).isEqualTo(2);
            assertThat(struct.getText("code")).isEqualTo("fn main() {} // ü");
            assertThatThrownBy(() -> struct.set("chain.sType", 2L)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> struct.set("chain.sTypo", 2)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
