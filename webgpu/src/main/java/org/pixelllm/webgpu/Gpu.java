package org.pixelllm.webgpu;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.webgpu.api.Adapter;
import org.pixelllm.webgpu.api.AdapterInfo;
import org.pixelllm.webgpu.api.AdapterLimits;
import org.pixelllm.webgpu.api.Backend;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.GpuUnavailableException;
import org.pixelllm.webgpu.api.Instance;
import org.pixelllm.webgpu.api.NativeLibrary;
import org.pixelllm.webgpu.api.Pipeline;

/** An open device, the kernels compiled for it, and which variant of them it takes. */
final class Gpu implements AutoCloseable {

    /** How kernels with sums share their work. */
    enum Variant {
        /** A thread for each row: for a CPU, where barriers cost. */
        ROWS,
        /** A workgroup for each row, with shared memory. */
        GROUP;

        String file(String kernel) {
            return kernel + (this == ROWS ? "_rows" : "_group");
        }
    }

    private final Instance instance;
    private final Adapter adapter;
    private final Device device;
    private final AdapterInfo info;
    private final Variant variant;
    private AdapterLimits limits;
    private final Map<String, Pipeline> pipelines = new HashMap<>();

    private Gpu(Instance instance, Adapter adapter, Device device, AdapterInfo info, Variant variant) {
        this.instance = instance;
        this.adapter = adapter;
        this.device = device;
        this.info = info;
        this.variant = variant;
        this.limits = device.limits();
    }

    /**
     * Opens the first adapter that this system has, in the order of {@link Backend#ofThisSystem}.
     *
     * @param variant which kernels, or null for those that suit the adapter
     * @throws GpuUnavailableException where there is no library or no adapter
     */
    static Gpu open(@Nullable Variant variant) {
        String library = NativeLibrary.open();
        Instance instance = Instance.create();
        StringBuilder tried = new StringBuilder();
        for (Backend backend : Backend.ofThisSystem()) {
            Adapter adapter = instance.request(backend);
            if (adapter != null) {
                AdapterInfo info = adapter.info();
                Variant suits = info.isCpu() ? Variant.ROWS : Variant.GROUP;
                return new Gpu(instance, adapter, Device.open(adapter), info, variant == null ? suits : variant);
            }
            tried.append(tried.isEmpty() ? "" : ", ").append(backend.words());
        }
        instance.close();
        throw new GpuUnavailableException(
                "there is no GPU that WebGPU can use (" + library + " was asked for " + tried
                        + "). Install the GPU's driver; on Linux, Mesa's software one will do: libegl1, libgles2, libgl1-mesa-dri.");
    }

    Device device() {
        return device;
    }

    AdapterInfo info() {
        return info;
    }

    AdapterLimits limits() {
        return limits;
    }

    /** Takes less than the adapter offers, for tests. */
    void restrict(UnaryOperator<AdapterLimits> less) {
        limits = less.apply(limits);
    }

    Variant variant() {
        return variant;
    }

    /** A kernel, compiled at its first use. */
    Pipeline pipeline(int tile, String... files) {
        String name = String.join(" + ", files) + (tile > 0 ? " of " + tile : "");
        Pipeline made = pipelines.get(name);
        if (made == null) {
            made = Pipeline.create(device, name, Wgsl.compose(tile, files));
            pipelines.put(name, made);
        }
        return made;
    }

    @Override
    public void close() {
        pipelines.values().forEach(Pipeline::close);
        pipelines.clear();
        device.close();
        adapter.close();
        instance.close();
    }
}
