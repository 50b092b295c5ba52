package org.pixelllm.forge.importer.hf;

import static org.pixelllm.forge.importer.hf.TokenizerJson.flag;
import static org.pixelllm.forge.importer.hf.TokenizerJson.shown;
import static org.pixelllm.forge.importer.hf.TokenizerJson.text;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.regex.Expression;
import org.pixelllm.pxvm.regex.Splits;
import org.pixelllm.pxvm.tokenizer.TextStep;
import org.pixelllm.pxvm.tokenizer.TextStep.Behaviour;

/**
 * How a {@code tokenizer.json} cuts texts into words.
 *
 * @param steps in order
 * @param bytes whether words are bytes
 * @param marksSpaces whether spaces become ▁
 */
record SplitSteps(List<TextStep> steps, boolean bytes, boolean marksSpaces) {

    private static final String PLACE = "pre_tokenizer";
    private static final String LOW_BLOCK = "\u2581";

    /**
     * Reads them.
     *
     * @param marked whether the normalizer has made ▁ of spaces
     */
    static SplitSteps of(TokenizerJson json, boolean marked) throws PxiException {
        List<TextStep> steps = new ArrayList<>();
        List<JsonObject> all = json.steps(PLACE, "pretokenizers");
        boolean bytes = false;
        boolean marks = marked;
        for (JsonObject each : all) {
            String type = String.valueOf(text(each, "type"));
            boolean last = each == all.getLast();
            if (marks) {
                String literal = each.get("pattern") instanceof JsonObject pattern ? text(pattern, "String") : null;
                if (type.equals("Split") && " ".equals(literal)) {
                    continue; // no space is left
                }
                boolean known = (type.equals("Split") && LOW_BLOCK.equals(literal)) || type.equals("Metaspace");
                if (!known) {
                    throw json.fault(PLACE, "no such step after spaces became ▁", shown(each));
                }
            }
            switch (type) {
                case "Split" -> {
                    String expression = expression(json, each, PLACE);
                    steps.add(TextStep.Cut.of(
                            marks ? expression.replace(LOW_BLOCK, " ") : expression,
                            behaviour(json, each, null),
                            flag(each, "invert")));
                }
                case "Digits" ->
                    steps.add(TextStep.Cut.of(
                            Splits.DIGIT,
                            flag(each, "individual_digits") ? Behaviour.ISOLATED : Behaviour.CONTIGUOUS,
                            false));
                case "Punctuation" ->
                    steps.add(TextStep.Cut.of(Splits.PUNCTUATION, behaviour(json, each, Behaviour.ISOLATED), false));
                case "Whitespace" -> steps.add(TextStep.Cut.of(Splits.WORDS, Behaviour.REMOVED, true));
                case "WhitespaceSplit" -> steps.add(TextStep.Cut.of(Splits.SPACES, Behaviour.REMOVED, false));
                case "ByteLevel" -> {
                    if (bytes) {
                        throw json.fault(PLACE, "one step ByteLevel", "two");
                    }
                    bytes = true;
                    if (flag(each, "add_prefix_space")) {
                        steps.add(new TextStep.Space(true));
                    }
                    if (!each.has("use_regex") || flag(each, "use_regex")) {
                        steps.add(TextStep.Cut.isolated(Splits.GPT2));
                    }
                    if (!last) {
                        steps.add(new TextStep.Bytes());
                    }
                }
                case "Metaspace" -> {
                    if (!marks && !steps.isEmpty()) {
                        steps.add(new TextStep.LowBlocks());
                    }
                    marks = true;
                    addMetaspace(json, each, steps);
                }
                default ->
                    throw json.fault(
                            PLACE,
                            "steps of the types ByteLevel, Digits, Metaspace, Punctuation, Split, Whitespace and"
                                    + " WhitespaceSplit",
                            shown(each));
            }
        }
        if (bytes && marks) {
            throw json.fault(PLACE, "ByteLevel or ▁ for spaces", "both");
        }
        return new SplitSteps(steps, bytes, marks);
    }

    private static void addMetaspace(TokenizerJson json, JsonObject step, List<TextStep> steps) throws PxiException {
        json.require(PLACE + ".replacement", step.get("replacement"), LOW_BLOCK);
        String scheme = text(step, "prepend_scheme");
        boolean never = step.has("add_prefix_space") && !flag(step, "add_prefix_space");
        switch (scheme == null ? never ? "never" : "always" : scheme) {
            case "never" -> {}
            case "first" -> steps.add(new TextStep.Space(false));
            case "always" -> steps.add(new TextStep.Space(true));
            default -> throw json.fault(PLACE + ".prepend_scheme", "never, first or always", String.valueOf(scheme));
        }
        if (!step.has("split") || flag(step, "split")) {
            steps.add(TextStep.Cut.of(" ", Behaviour.MERGED_WITH_NEXT, false));
        }
    }

    /** The pattern of a step as an expression. */
    static String expression(TokenizerJson json, JsonObject step, String place) throws PxiException {
        if (step.get("pattern") instanceof JsonObject pattern) {
            String expression = text(pattern, "Regex");
            String literal = text(pattern, "String");
            if (expression != null) {
                return expression;
            }
            if (literal != null && !literal.isEmpty()) {
                return Expression.quoted(literal);
            }
        }
        throw json.fault(place + ".pattern", "a String or a Regex", shown(step.get("pattern")));
    }

    private static Behaviour behaviour(TokenizerJson json, JsonObject step, @Nullable Behaviour otherwise)
            throws PxiException {
        String name = String.valueOf(text(step, "behavior"));
        return switch (name) {
            case "Removed" -> Behaviour.REMOVED;
            case "Isolated" -> Behaviour.ISOLATED;
            case "MergedWithPrevious" -> Behaviour.MERGED_WITH_PREVIOUS;
            case "MergedWithNext" -> Behaviour.MERGED_WITH_NEXT;
            case "Contiguous" -> Behaviour.CONTIGUOUS;
            default -> {
                if (otherwise != null && !step.has("behavior")) {
                    yield otherwise;
                }
                throw json.fault(
                        PLACE + ".behavior",
                        "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous",
                        name);
            }
        };
    }
}
