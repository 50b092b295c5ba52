package org.pixelllm.forge.importer.hf;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.Manifest;

/**
 * How a model of Hugging Face files spells conversations: the template lies in {@code chat_template.jinja}, or in {@code
 * tokenizer_config.json}, by itself or as {@code default} among several.
 */
final class HfChat {

    private static final String CONFIG = "tokenizer_config.json";
    private static final String FILE = "chat_template.jinja";
    private static final String KEY = "chat_template";
    private static final long MAX_BYTES = 1 << 18;

    private HfChat() {}

    /**
     * The template that lies beside a model, or null.
     *
     * @param path the model's file
     */
    static Manifest.@Nullable Chat of(Path path) throws PxiException {
        Path beside = path.resolveSibling(CONFIG);
        HfConfig config = Files.exists(beside) ? HfConfig.read(beside) : null;
        Path file = path.resolveSibling(FILE);
        String template = Files.exists(file) ? text(file) : config == null ? null : template(config);
        if (template == null || template.isEmpty()) {
            return null;
        }
        return new Manifest.Chat(template, token(config, "bos_token"), token(config, "eos_token"));
    }

    /** What ends what is said, as {@code tokenizer_config.json} spells it; empty where it says nothing. */
    static String end(Path path) throws PxiException {
        Path beside = path.resolveSibling(CONFIG);
        return Files.exists(beside) ? token(HfConfig.read(beside), "eos_token") : "";
    }

    private static String text(Path file) throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw HfConfig.fault(file.toString(), "whole file", "at most " + MAX_BYTES + " bytes", "more");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw HfConfig.fault(file.toString(), "whole file", "a template in UTF-8", "other bytes");
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    private static @Nullable String template(HfConfig config) throws PxiException {
        JsonElement value = config.values().get(KEY);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (value instanceof JsonArray all) {
            for (JsonElement each : all) {
                if (each instanceof JsonObject named && "default".equals(TokenizerJson.text(named, "name"))) {
                    return TokenizerJson.text(named, "template");
                }
            }
            return null;
        }
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
            return value.getAsString();
        }
        throw config.fault(KEY, "a template, or a list of named ones");
    }

    private static String token(@Nullable HfConfig config, String key) {
        JsonElement value = config == null ? null : config.values().get(key);
        String text = value instanceof JsonObject object ? TokenizerJson.text(object, "content") : null;
        if (value instanceof JsonPrimitive plain && plain.isString()) {
            return plain.getAsString();
        }
        return text == null ? "" : text;
    }
}
