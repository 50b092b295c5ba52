package org.pixelllm.webgpu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.pxvm.executor.ExecutorProvider.Verdict;
import org.pixelllm.webgpu.api.Adapter;
import org.pixelllm.webgpu.api.AdapterInfo;
import org.pixelllm.webgpu.api.AdapterLimits;
import org.pixelllm.webgpu.api.Backend;
import org.pixelllm.webgpu.api.GpuException;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.api.GpuUnavailableException;
import org.pixelllm.webgpu.api.Instance;
import org.pixelllm.webgpu.api.NativeLibrary;

/** The adapters of this machine, in the order in which they would be used. */
public final class Adapters {

    private Adapters() {}

    /**
     * An adapter.
     *
     * @param info what it reports about itself
     * @param limits what it can hold
     */
    public record Found(AdapterInfo info, AdapterLimits limits) {}

    /** Device files that Linux has where a driver knows a GPU: direct rendering, NVIDIA, and WSL. */
    private static final List<Path> DEVICES =
            List.of(Path.of("/dev/dri"), Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

    /** Whether it is worth asking: a Linux without any of these files has no GPU, and loading the library takes tenths of a second. */
    public static boolean mayHaveGpu() {
        return !System.getProperty("os.name", "").equals("Linux")
                || DEVICES.stream().anyMatch(Files::exists);
    }

    /** Whether the adapter that would be used is a GPU, and not software on the CPU. */
    static Verdict firstIsGpu() {
        List<Found> found;
        try {
            found = list();
        } catch (GpuException e) {
            return Verdict.no(String.valueOf(e.getMessage()));
        }
        if (found.isEmpty()) {
            return Verdict.no("there is no GPU");
        }
        AdapterInfo first = found.getFirst().info();
        return first.isCpu()
                ? Verdict.no(first.device() + " is no GPU but software on the CPU")
                : Verdict.yes("the cartridge is large, and there is a GPU");
    }

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
