package org.pixelllm.forge.importer.hf;

import static org.pixelllm.forge.importer.hf.TokenizerJson.flag;
import static org.pixelllm.forge.importer.hf.TokenizerJson.shown;
import static org.pixelllm.forge.importer.hf.TokenizerJson.text;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.CharacterMap;
import org.pixelllm.pxvm.tokenizer.Normalization;

/**
 * What a {@code tokenizer.json} does to texts before it cuts them.
 *
 * @param steps in order, with spaces for ▁ where that stands for them
 * @param marksSpaces whether spaces become ▁
 */
record NormalizerSteps(List<Normalization> steps, boolean marksSpaces) {

    private static final String PLACE = "normalizer";
    private static final String LOW_BLOCK = "\u2581";

    static NormalizerSteps of(TokenizerJson json) throws PxiException {
        List<Normalization> steps = new ArrayList<>();
        boolean marks = false;
        for (JsonObject each : json.steps(PLACE, "normalizers")) {
            String type = String.valueOf(text(each, "type"));
            if (type.equals("Replace")
                    && each.get("pattern") instanceof JsonObject pattern
                    && " ".equals(text(pattern, "String"))
                    && LOW_BLOCK.equals(text(each, "content"))) {
                marks = true;
                continue;
            }
            if (marks) {
                throw json.fault(PLACE, "nothing after spaces became ▁", shown(each));
            }
            steps.add(
                    switch (type) {
                        case "NFC" -> Normalization.Form.NFC;
                        case "NFD" -> Normalization.Form.NFD;
                        case "NFKC" -> Normalization.Form.NFKC;
                        case "NFKD" -> Normalization.Form.NFKD;
                        case "Lowercase" -> new Normalization.Lowercase();
                        case "Strip" -> new Normalization.Strip(flag(each, "strip_left"), flag(each, "strip_right"));
                        case "StripAccents" -> new Normalization.StripAccents();
                        case "Prepend" -> new Normalization.Prepend(spaced(json, each, "prepend"));
                        case "Replace" ->
                            Normalization.Replace.of(
                                    SplitSteps.expression(json, each, PLACE), spaced(json, each, "content"));
                        case "Precompiled" -> new Normalization.Mapped(map(json, each));
                        default ->
                            throw json.fault(
                                    PLACE,
                                    "steps of the types NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Prepend,"
                                            + " Replace and Precompiled",
                                    shown(each));
                    });
        }
        return new NormalizerSteps(steps, marks);
    }

    private static String spaced(TokenizerJson json, JsonObject step, String key) throws PxiException {
        String value = text(step, key);
        if (value == null) {
            throw json.fault(PLACE + "." + key, "a text", shown(step));
        }
        return value.replace(LOW_BLOCK, " ");
    }

    private static CharacterMap map(TokenizerJson json, JsonObject step) throws PxiException {
        try {
            return CharacterMap.of(Base64.getDecoder().decode(String.valueOf(text(step, "precompiled_charsmap"))));
        } catch (IllegalArgumentException e) {
            throw json.fault(PLACE + ".precompiled_charsmap", "a table in base64", "something else");
        }
    }
}
