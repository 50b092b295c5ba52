package org.pixelllm.forge.importer.gguf;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Manifest;

/** How a GGUF file spells conversations. */
final class GgufChat {

    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final String TOKENS = "tokenizer.ggml.tokens";

    private GgufChat() {}

    /** The template that the file carries, or null. */
    static Manifest.@Nullable Chat of(GgufMetadata meta) throws PxiException {
        String template = meta.text(TEMPLATE, "");
        return template.isEmpty() ? null : new Manifest.Chat(template, token(meta, "bos"), token(meta, "eos"));
    }

    private static String token(GgufMetadata meta, String name) throws PxiException {
        List<String> tokens = meta.has(TOKENS) ? meta.texts(TOKENS) : List.of();
        int id = meta.whole("tokenizer.ggml." + name + "_token_id", 0, Math.max(0, tokens.size() - 1), -1);
        return id >= 0 && id < tokens.size() ? tokens.get(id) : "";
    }
}
