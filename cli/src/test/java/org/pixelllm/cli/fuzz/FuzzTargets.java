package org.pixelllm.cli.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;

/** All targets by their names. */
final class FuzzTargets {

    static final Map<String, FuzzTarget> ALL = all();

    private FuzzTargets() {}

    private static Map<String, FuzzTarget> all() {
        Map<String, FuzzTarget> all = new LinkedHashMap<>();
        all.put("tokens", new TokensTarget());
        all.put("pxi", new PxiTarget());
        all.put("cartridge", new CartridgeTarget());
        all.put("gguf", new ImportTarget("gguf", "model.gguf"));
        all.put("safetensors", new ImportTarget("safetensors", "model.safetensors", "config.json", "tokenizer.json"));
        all.put(
                "tokenizer-json",
                new ImportTarget("tokenizer-json", "tokenizer.json", "config.json", "model.safetensors"));
        all.put("llama2c", new Llama2cTarget());
        all.put("daemon", new DaemonTarget());
        all.put("command-line", new CommandLineTarget());
        return all;
    }
}
