package org.pixelllm.forge.importer.hf;

import static org.pixelllm.forge.importer.hf.TokenizerJson.hasKey;
import static org.pixelllm.forge.importer.hf.TokenizerJson.is;
import static org.pixelllm.forge.importer.hf.TokenizerJson.shown;
import static org.pixelllm.forge.importer.hf.TokenizerJson.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;

/** What a {@code tokenizer.json} adds to the tokens of a text: one token before it, or nothing. */
final class PostProcessor {

    private PostProcessor() {}

    /**
     * The id that the file puts before a text, or null.
     *
     * @param notes receives that a token after texts is not added
     * @throws PxiException where it adds anything else to texts
     */
    static @Nullable Integer firstToken(TokenizerJson json, Consumer<String> notes) throws PxiException {
        for (JsonObject step : json.steps("post_processor", "processors")) {
            if (is(step, "ByteLevel")) {
                continue;
            }
            json.require("post_processor.type", step.get("type"), "TemplateProcessing");
            List<JsonElement> single =
                    new ArrayList<>(step.get("single") instanceof JsonArray array ? array.asList() : List.of());
            if (single.size() > 1 && hasKey(single.getLast(), "SpecialToken")) {
                single.removeLast();
                notes.accept(
                        json.file + ": the token that post_processor puts after a text is left out: texts are to be"
                                + " continued, so no token ends them.");
            }
            if (single.size() == 1 && hasKey(single.getFirst(), "Sequence")) {
                continue;
            }
            if (single.size() == 2
                    && single.getFirst() instanceof JsonObject one
                    && one.get("SpecialToken") instanceof JsonObject special
                    && hasKey(single.getLast(), "Sequence")) {
                return specialId(json, step, String.valueOf(text(special, "id")));
            }
            throw json.fault(
                    "post_processor.single", "the text, with one token before it or none", shown(step.get("single")));
        }
        return null;
    }

    private static int specialId(TokenizerJson json, JsonObject template, String name) throws PxiException {
        if (template.get("special_tokens") instanceof JsonObject tokens
                && tokens.get(name) instanceof JsonObject token
                && token.get("ids") instanceof JsonArray ids
                && ids.size() == 1) {
            return json.id(ids.get(0), "post_processor.special_tokens");
        }
        throw json.fault("post_processor.special_tokens", "one id for " + name, shown(template.get("special_tokens")));
    }
}
