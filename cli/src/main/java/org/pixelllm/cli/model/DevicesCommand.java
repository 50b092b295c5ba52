package org.pixelllm.cli.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.webgpu.Adapters;
import org.pixelllm.webgpu.WebGpuExecutor;
import org.pixelllm.webgpu.WebGpuProvider;
import org.pixelllm.webgpu.api.AdapterInfo;
import org.pixelllm.webgpu.api.GpuException;
import org.pixelllm.webgpu.api.GpuUnavailableException;

/** Lists GPUs, and reports which one {@code -x webgpu} uses and whether {@code -x auto} does. */
public final class DevicesCommand extends Command {

    private final Value<Boolean> json = jsonFlag();

    public DevicesCommand(Terminal terminal) {
        super("devices", "List the GPUs that WebGPU can use, and the one that would be used.", terminal);
    }

    @Override
    protected ExitCode execute() {
        List<Adapters.Found> found = Adapters.list();
        if (found.isEmpty() && !json.get()) {
            // The executor knows what was tried.
            WebGpuExecutor.open().close();
        }
        String wrong = selfTest(found);
        String used = found.isEmpty() || !wrong.isEmpty()
                ? "none"
                : found.getFirst().info().device();
        String why = why(found, wrong);
        if (json.get()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("adapters", found.stream().map(DevicesCommand::json).toList());
            result.put("used", used);
            result.put("why", why);
            Json.print(terminal, result);
            return found.isEmpty() ? ExitCode.UNAVAILABLE : ExitCode.OK;
        }
        for (Adapters.Found each : found) {
            terminal.out().println(each.info().device() + " through " + backend(each.info()));
            for (String line : lines(each)) {
                terminal.out().println("    " + line);
            }
        }
        terminal.out().println("-x webgpu uses " + used + ": " + why + ".");
        return ExitCode.OK;
    }

    private static String selfTest(List<Adapters.Found> found) {
        if (found.isEmpty()) {
            return "";
        }
        try {
            WebGpuExecutor.open().close();
            return "";
        } catch (GpuUnavailableException e) {
            return String.valueOf(e.getMessage());
        } catch (GpuException e) {
            return "its self-test failed: " + e.getMessage();
        }
    }

    private static String why(List<Adapters.Found> found, String wrong) {
        if (found.isEmpty()) {
            return "WebGPU finds no adapter on this system";
        }
        if (!wrong.isEmpty()) {
            return wrong;
        }
        return found.getFirst().info().isCpu()
                ? "it is the first adapter, and its self-test passes. It is software on the CPU, so -x auto does not use it"
                : "it is the first adapter, and its self-test passes. -x auto uses it for cartridges of "
                        + (WebGpuProvider.LARGE_BYTES >> 20) + " MiB or more";
    }

    private static String backend(AdapterInfo info) {
        return info.backend() == null ? "an unknown backend" : info.backend().words();
    }

    private static List<String> lines(Adapters.Found each) {
        List<String> lines = new ArrayList<>();
        lines.add(
                each.info().isCpu()
                        ? AdapterInfo.Kind.CPU.words()
                        : each.info().kind().words());
        lines.add(each.info().description());
        lines.add("at most %,d bytes a buffer, %,d bytes a binding, %d bindings a kernel"
                .formatted(
                        each.limits().buffer(),
                        each.limits().binding(),
                        each.limits().storageBuffers()));
        return lines;
    }

    private static Map<String, Object> json(Adapters.Found each) {
        Map<String, Object> adapter = new LinkedHashMap<>();
        adapter.put("device", each.info().device());
        adapter.put("description", each.info().description());
        adapter.put("backend", backend(each.info()));
        adapter.put("cpu", each.info().isCpu());
        adapter.put("buffer_bytes", each.limits().buffer());
        adapter.put("binding_bytes", each.limits().binding());
        adapter.put("storage_bindings", each.limits().storageBuffers());
        return adapter;
    }
}
