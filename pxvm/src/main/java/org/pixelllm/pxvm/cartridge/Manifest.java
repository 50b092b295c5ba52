package org.pixelllm.pxvm.cartridge;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.json.JsonText;

/**
 * A description of a cartridge for people, and how conversations are spelled. Nothing else depends on it: shapes and places are
 * read from the program and the index.
 *
 * @param name the model's name
 * @param family its architecture in one word
 * @param licence SPDX identifier, or words
 * @param tokenizer the tokenizer's name
 * @param provenance how it came about, in order
 * @param tensors each weight with type and shape
 * @param chat how a conversation becomes a text; null where the model has no form for it
 */
public record Manifest(
        String name,
        String family,
        String licence,
        String tokenizer,
        Map<String, String> provenance,
        List<String> tensors,
        @Nullable Chat chat) {

    /**
     * How a conversation becomes a text.
     *
     * @param template in Jinja, as Hugging Face's library runs it
     * @param bos what the template may print where a text begins
     * @param eos what it may print where something said ends
     */
    public record Chat(String template, String bos, String eos) {}

    /** The longest manifest that is read. */
    public static final int MAX_BYTES = 1 << 20;

    private static final String REMEDY = "Make the cartridge again.";

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    public Manifest {
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
        tensors = List.copyOf(tensors);
    }

    /** What a maker says; the writer of the cartridge adds tokenizer and tensors. */
    public Manifest(String name, String family, String licence, Map<String, String> provenance) {
        this(name, family, licence, "", provenance, List.of(), null);
    }

    /** The same with another way to spell conversations. */
    public Manifest withChat(@Nullable Chat changed) {
        return new Manifest(name, family, licence, tokenizer, provenance, tensors, changed);
    }

    Manifest with(String tokenizer, List<String> tensors) {
        return new Manifest(name, family, licence, tokenizer, provenance, tensors, chat);
    }

    /** The JSON text that the cartridge holds. */
    public String toJson() {
        return GSON.toJson(this);
    }

    static Manifest parse(String json, String file) throws PxiException {
        Draft draft = JsonText.read(json, Draft.class, file + " (manifest)", REMEDY);
        if (draft == null || draft.hasNulls()) {
            throw new InvalidContentException(new Fault(
                    file,
                    "manifest section",
                    "a JSON object without nulls in its lists",
                    draft == null ? "null" : "a null",
                    REMEDY));
        }
        return draft.manifest();
    }

    /** The same of a conversation's form. */
    private record DraftChat(
            @Nullable String template,
            @Nullable String bos,
            @Nullable String eos) {}

    /** What a file may hold: any field may be missing. */
    private record Draft(
            @Nullable String name,
            @Nullable String family,
            @Nullable String licence,
            @Nullable String tokenizer,
            @Nullable Map<String, @Nullable String> provenance,
            @Nullable List<@Nullable String> tensors,
            @Nullable DraftChat chat) {

        boolean hasNulls() {
            return (provenance != null && provenance.containsValue(null))
                    || (tensors != null && tensors.stream().anyMatch(Objects::isNull));
        }

        Manifest manifest() {
            return new Manifest(
                    or(name),
                    or(family),
                    or(licence),
                    or(tokenizer),
                    provenance == null ? Map.of() : provenance,
                    tensors == null ? List.of() : tensors,
                    chat == null || chat.template == null ? null : new Chat(chat.template, or(chat.bos), or(chat.eos)));
        }

        private static String or(@Nullable String value) {
            return value == null ? "" : value;
        }
    }
}
