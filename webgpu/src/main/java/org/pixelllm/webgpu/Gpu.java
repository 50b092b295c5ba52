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
import org.pixelllm.webgpu.kernel.Kernel;
import org.pixelllm.webgpu.kernel.Variant;

/** An open device, the kernels compiled for it, and the variant of them that it runs. */
final class Gpu implements AutoCloseable {

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
        try {
            StringBuilder tried = new StringBuilder();
            for (Backend backend : Backend.ofThisSystem()) {
                Adapter adapter = instance.request(backend);
                if (adapter != null) {
                    return open(instance, adapter, variant);
                }
                tried.append(tried.isEmpty() ? "" : ", ").append(backend.words());
                if (!instance.refusal().isEmpty()) {
                    tried.append(": ").append(instance.refusal());
                }
            }
            throw new GpuUnavailableException(
                    "there is no GPU that WebGPU can use (" + library + " was asked for " + tried
                            + "). Install the GPU's driver; on Linux, Mesa's software driver is enough: libegl1, libgles2, libgl1-mesa-dri.");
        } catch (RuntimeException | Error e) {
            instance.close();
            throw e;
        }
    }

    private static Gpu open(Instance instance, Adapter adapter, @Nullable Variant variant) {
        try {
            AdapterInfo info = adapter.info();
            Variant suits = info.isCpu() ? Variant.ROWS : Variant.GROUP;
            return new Gpu(instance, adapter, Device.open(adapter), info, variant == null ? suits : variant);
        } catch (RuntimeException | Error e) {
            adapter.close();
            throw e;
        }
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

    /** Uses less than the adapter offers, for tests. */
    void restrict(UnaryOperator<AdapterLimits> less) {
        limits = less.apply(limits);
    }

    Variant variant() {
        return variant;
    }

    /** A kernel, compiled at its first use. */
    Pipeline pipeline(Kernel kernel) {
        Pipeline made = pipelines.get(kernel.name());
        if (made == null) {
            made = Pipeline.create(device, kernel.name(), kernel.text());
            pipelines.put(kernel.name(), made);
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
