package org.pixelllm.webgpu;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.webgpu.api.Adapter;
import org.pixelllm.webgpu.api.AdapterInfo;
import org.pixelllm.webgpu.api.AdapterLimits;
import org.pixelllm.webgpu.api.Backend;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.api.GpuUnavailableException;
import org.pixelllm.webgpu.api.Instance;
import org.pixelllm.webgpu.api.NativeLibrary;

/** What this machine has, in the order in which it would be used. */
public final class Adapters {

    private Adapters() {}

    /**
     * One of them.
     *
     * @param info what it says of itself
     * @param limits what it can hold
     */
    public record Found(AdapterInfo info, AdapterLimits limits) {}

    /**
     * Asks every backend of this system.
     *
     * @return the first one is what {@link WebGpuExecutor#open} takes
     * @throws GpuUnavailableException where there is no library
     */
    public static List<Found> list() {
        return GpuThread.call(() -> {
            NativeLibrary.open();
            List<Found> all = new ArrayList<>();
            try (Instance instance = Instance.create()) {
                for (Backend backend : Backend.ofThisSystem()) {
                    try (Adapter adapter = instance.request(backend)) {
                        if (adapter != null) {
                            all.add(new Found(adapter.info(), adapter.limits()));
                        }
                    }
                }
            }
            return all;
        });
    }
}
