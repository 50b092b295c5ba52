package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.webgpu.kernel.Kernel;
import org.pixelllm.webgpu.kernel.Kernels;
import org.pixelllm.webgpu.kernel.Place;
import org.pixelllm.webgpu.kernel.Session;
import org.pixelllm.webgpu.kernel.Shape;
import org.pixelllm.webgpu.kernel.Slot;
import org.pixelllm.webgpu.kernel.WeightLayout;

/**
 * The page's executor on WebGPU runs the kernels of this room, from {@code web/machine/kernels.js}, which is made from them. Run
 * with {@code -Dpixelllm.update=true} to write it anew.
 */
class WebKernelsTest {

    private static final Path FILE = Path.of(System.getProperty("pixelllm.root"), "web", "machine", "kernels.js");
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    @Test
    void theFileHasTheKernels() throws IOException {
        if (Boolean.getBoolean("pixelllm.update")) {
            Files.writeString(FILE, file());
        } else {
            assertThat(Files.readString(FILE)).isEqualTo(file());
        }
    }

    /** What a kernel is, but for the text of its sources, which many share. */
    private record Written(int threads, boolean workgroupEach, String declarations, List<String> sources) {}

    private static String file() {
        Map<String, Written> kernels = new TreeMap<>();
        Map<String, String> sources = new TreeMap<>();
        for (Kernel each : Kernels.all()) {
            if (each.name().startsWith("draw") || each.name().contains("_rows")) {
                continue; // images are drawn from the logits there, and workgroups share rows
            }
            kernels.put(
                    each.name(),
                    new Written(each.threads(), each.hasWorkgroupEach(), each.declarations(), each.sources()));
            each.sources().forEach(source -> sources.put(source, Kernel.source(source)));
        }
        return """
                // Made from the kernels of the WebGPU executor (WebKernelsTest); not to be changed by hand.

                /** Rows of x that a product takes at a time when there are several. */
                export const TILE = %d;

                /** Positions in the first table of angles, and from one row of the second table to the next. */
                export const TURN_STEP = %d;

                /** Rows of a weight that a thread reads at a time, and columns of a group. */
                export const QUAD = %d;

                /** The most workgroups of a dispatch in one dimension. */
                export const MAX_WORKGROUPS = %d;

                /** Where kernels find their memory: group and number. */
                export const SLOTS = %s;

                /** Members of the structs that kernels are given, in order, each with its type. */
                export const STRUCTS = %s;

                /** Bytes of an element of the array that kernels read a weight type as. */
                export const UNITS = %s;

                /** Kernels by name: declarations, and the sources that follow them. */
                export const KERNELS = %s;

                /** Sources by name. */
                export const SOURCES = %s;
                """.formatted(
                        Kernels.TILE,
                        Kernels.TURN_STEP,
                        Kernels.QUAD,
                        Kernel.MAX_WORKGROUPS,
                        GSON.toJson(slots()),
                        GSON.toJson(structs()),
                        GSON.toJson(units()),
                        GSON.toJson(kernels),
                        GSON.toJson(sources));
    }

    private static Map<String, int[]> slots() {
        Map<String, int[]> slots = new LinkedHashMap<>();
        for (Slot slot : Slot.values()) {
            slots.put(slot.name(), new int[] {slot.group(), slot.number()});
        }
        return slots;
    }

    private static Map<String, Map<String, String>> structs() {
        Map<String, Map<String, String>> structs = new LinkedHashMap<>();
        for (Class<?> each : Shape.class.getPermittedSubclasses()) {
            structs.put(each.getSimpleName(), members(each));
        }
        for (Class<?> each : List.of(Session.class, Place.class)) {
            structs.put(each.getSimpleName(), members(each));
        }
        return structs;
    }

    private static Map<String, String> members(Class<?> type) {
        Map<String, String> members = new LinkedHashMap<>();
        Arrays.stream(type.getRecordComponents())
                .forEach(each -> members.put(each.getName(), each.getType() == int.class ? "u32" : "f32"));
        return members;
    }

    private static Map<String, Integer> units() {
        Map<String, Integer> units = new LinkedHashMap<>();
        for (ElementType type : ElementType.values()) {
            if (type.isWeightType()) {
                units.put(type.word(), new WeightLayout(type).unit());
            }
        }
        return units;
    }
}
