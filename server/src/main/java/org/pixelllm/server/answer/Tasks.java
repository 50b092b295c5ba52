package org.pixelllm.server.answer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.look.HeadMap;
import org.pixelllm.engine.look.LayerValues;
import org.pixelllm.engine.look.Look;
import org.pixelllm.engine.look.LookOptions;
import org.pixelllm.engine.serve.RequestQueue;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.PictureImage;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.server.answer.Multipart.Part;
import org.pixelllm.server.http.Parameters;
import org.pixelllm.server.http.Problem;

/** All that can be asked of a model, by path. The images are those that the command writes. */
final class Tasks {

    private static final long RANDOM_SEEDS = 1L << 32;

    /** How many may look into models at a time: each holds what it saw. */
    private final Bounded looks;

    private final int maxTokens;

    Tasks(int maxLooks, int maxTokens) {
        this.looks = new Bounded(maxLooks);
        this.maxTokens = maxTokens;
    }

    /**
     * What a path asks for; null where there is no such path.
     *
     * @param model that is asked
     * @param given its options; others are left for the caller to refuse
     */
    @Nullable
    Task of(String path, PixelLlm model, Parameters given) {
        return switch (path) {
            case "/v1/predict" -> predict(model, given, false);
            case "/v1/predict/logits" -> predict(model, given, true);
            case "/v1/generate" -> generate(given);
            case "/v1/score" ->
                new Task(
                        "score",
                        List.of(Body.PNG),
                        0,
                        (served, tokens, form, gone, listener) -> score(served, tokens, gone));
            case "/v1/encode" ->
                new Task(
                        "encode",
                        List.of(Body.PNG, Body.TEXT),
                        0,
                        (served, tokens, form, gone, listener) -> encode(served, tokens, form));
            case "/v1/look" -> look("look", LookOptions.EVERYTHING, List.of(Body.MULTIPART));
            case "/v1/look/attention" -> {
                int layer = given.whole("layer", LookOptions.Head.LAST);
                int head = given.whole("head", 0);
                yield look(
                        "look attention " + layer + " " + head,
                        new LookOptions(new LookOptions.Head(layer, head), false, false, false, false, false),
                        List.of(Body.PNG, Body.MULTIPART));
            }
            case "/v1/look/heads" ->
                look("look heads", new LookOptions(null, true, false, false, false, false), List.of(Body.PNG));
            case "/v1/look/activations" ->
                look(
                        "look activations",
                        new LookOptions(null, false, true, false, false, false),
                        List.of(Body.MULTIPART));
            case "/v1/look/lens" ->
                look("look lens", new LookOptions(null, false, false, true, false, false), List.of(Body.PNG));
            case "/v1/look/trace" ->
                look("look trace", new LookOptions(null, false, false, false, true, false), List.of(Body.PNG));
            default -> null;
        };
    }

    private static Task predict(PixelLlm model, Parameters given, boolean onlyLogits) {
        int most = Math.min(model.vocabulary(), PredictionImage.most(model.version()));
        int top = onlyLogits ? 1 : given.whole("top", Math.min(PredictionImage.DEFAULT_K, most));
        if (top < 1 || top > most) {
            throw new Problem(400, "top: expected 1 to " + most + ", found " + top + ".");
        }
        List<String> forms = onlyLogits ? List.of(Body.PNG) : List.of(Body.PNG, Body.MULTIPART);
        String options = onlyLogits ? "logits" : "predict " + top;
        return new Task(options, forms, 0, (served, tokens, form, gone, listener) -> {
            RequestQueue.Answered answered = served.predictions().ask(tokens, Question.NAME, Row.LOGITS, gone);
            Map<String, String> text = answered.model().provenance(answered.answer());
            if (onlyLogits) {
                return new Body(Body.PNG, answered.answer().heatmap().toPng(text));
            }
            byte[] prediction = answered.answer().prediction(top, Question.NAME).toPng(text);
            return form.equals(Body.PNG)
                    ? new Body(Body.PNG, prediction)
                    : Multipart.of(List.of(
                            new Part("output_token.pxi", prediction),
                            new Part(
                                    "logits_heatmap.pxi",
                                    answered.answer().heatmap().toPng(text))));
        });
    }

    private Task generate(Parameters given) {
        GenerationOptions options = generationOptions(given);
        String stop = options.stop();
        String words = "generate %d %s, seed %d%s"
                .formatted(
                        options.maxTokens(),
                        options.sampling().words(),
                        options.sampling().temperature() == 0
                                ? 0
                                : options.sampling().seed(),
                        stop == null ? "" : ", stop " + stop);
        return new Task(
                words,
                List.of(Body.PNG, Body.TEXT, Body.EVENTS),
                options.maxTokens(),
                (served, tokens, form, gone, listener) -> {
                    StringBuilder text = new StringBuilder();
                    return served.generations()
                            .generate(
                                    tokens,
                                    options,
                                    Question.NAME,
                                    gone,
                                    spoken -> {
                                        text.append(spoken.text());
                                        listener.spoke(spoken);
                                    },
                                    (generation, model) -> form.equals(Body.TEXT)
                                            ? new Body(
                                                    Body.TEXT + "; charset=utf-8",
                                                    text.toString().getBytes(StandardCharsets.UTF_8))
                                            : new Body(
                                                    Body.PNG, generation.image().toPng(generation.provenance())));
                });
    }

    private GenerationOptions generationOptions(Parameters given) {
        Sampling usual = Sampling.usual(0);
        int tokens = given.whole("tokens", Math.min(GenerationOptions.DEFAULT_TOKENS, maxTokens));
        if (tokens < 1 || tokens > maxTokens) {
            throw new Problem(400, "tokens: expected 1 to " + maxTokens + ", found " + tokens + ".");
        }
        try {
            return new GenerationOptions(
                    new Sampling(
                            given.real("temperature", usual.temperature()),
                            given.whole("top-k", usual.topK()),
                            given.real("top-p", usual.topP()),
                            given.real("min-p", usual.minP()),
                            given.real("repeat-penalty", usual.repeatPenalty()),
                            given.number("seed", new SplittableRandom().nextLong(RANDOM_SEEDS))),
                    tokens,
                    given.text("stop"));
        } catch (IllegalArgumentException e) {
            throw new Problem(400, String.valueOf(e.getMessage()).replaceFirst("^--?", ""));
        }
    }

    private Body score(Served served, TokenImage tokens, BooleanSupplier gone)
            throws PxiException, InterruptedException {
        try (Bounded.Turn _ = looks.enter(gone);
                PixelLlm model = served.current().lend(served.name(), gone)) {
            Scores scores = model.score(tokens, Question.NAME);
            return new Body(Body.PNG, scores.image().toPng(model.provenance(scores)));
        }
    }

    private static Body encode(Served served, TokenImage tokens, String form) throws PxiException {
        PixelLlm model = served.model();
        tokens.requireVocabulary(model.vocabulary(), Question.NAME);
        if (form.equals(Body.TEXT)) {
            StringBuilder text = new StringBuilder();
            TextDecoder decoder = TextDecoder.fromTheBeginning(model.cartridge().tokenizer());
            for (int id : tokens.ids()) {
                text.append(decoder.add(id));
            }
            text.append(decoder.end());
            return new Body(Body.TEXT + "; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
        }
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("Software", "Pixel-LLM " + PixelLlm.VERSION);
        entries.put("Cartridge", "sha256:" + model.cartridge().digest());
        return new Body(Body.PNG, tokens.toPng(entries));
    }

    private Task look(String words, LookOptions options, List<String> forms) {
        return new Task(words, forms, 0, (served, tokens, form, gone, listener) -> {
            try (Bounded.Turn _ = looks.enter(gone);
                    PixelLlm model = served.current().lend(served.name(), gone)) {
                Look look = Look.at(model, tokens, Question.NAME, options);
                List<Part> parts = form.equals(Body.PNG) ? pictures(look) : files(look);
                return form.equals(Body.PNG) ? one(parts, look) : Multipart.of(parts);
            }
        });
    }

    /** The one image of a path, where the text is short enough for it to be one. */
    private static Body one(List<Part> parts, Look look) throws PxiException {
        if (parts.size() != 1) {
            throw new InvalidContentException(new Fault(
                    Question.NAME,
                    "whole text",
                    "tokens whose attention fits in one image",
                    String.valueOf(look.ids().length),
                    "Ask with Accept: multipart/mixed, or for a shorter text."));
        }
        return new Body(Body.PNG, parts.getFirst().bytes());
    }

    /** The images that hold what was asked for; of what has none, the picture. */
    private static List<Part> pictures(Look look) throws PxiException {
        List<Part> parts = new ArrayList<>();
        if (look.hasHead()) {
            head(look, parts, false);
        } else {
            views(look, parts);
        }
        return parts;
    }

    /** All files that the command would write. */
    private static List<Part> files(Look look) throws PxiException {
        List<Part> parts = new ArrayList<>();
        if (look.hasHead()) {
            head(look, parts, true);
        }
        if (look.hasSheet()) {
            sheet(look, parts);
        }
        for (LayerValues each : look.activations()) {
            activations(look, each, parts);
        }
        lensAndTrace(look, parts);
        return parts;
    }

    private static void views(Look look, List<Part> parts) {
        if (look.hasSheet()) {
            sheet(look, parts);
        }
        lensAndTrace(look, parts);
    }

    private static void head(Look look, List<Part> parts, boolean view) throws PxiException {
        HeadMap head = look.head();
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Layer", String.valueOf(head.layer()));
        text.put("Head", String.valueOf(head.head()));
        if (!head.fault().isEmpty()) {
            throw new InvalidContentException(new Fault(
                    Question.NAME,
                    "layer " + head.layer() + ", head " + head.head(),
                    "attention weights from 0 to 1",
                    head.fault(),
                    "Ask /v1/look/trace where they begin."));
        }
        List<AttentionImage> images = head.images();
        for (AttentionImage image : images) {
            String name = images.size() == 1
                    ? AttentionImage.NAME
                    : AttentionImage.NAME + "_" + image.row() + "_" + image.column();
            parts.add(new Part(name + ".pxi", image.toPng(with(look, text))));
        }
        if (view) {
            text.put("Shows", "attention of one head");
            parts.add(view(AttentionImage.NAME, head.view(look.words(), look.contextNote()), with(look, text)));
        }
    }

    private static void sheet(Look look, List<Part> parts) {
        parts.add(view(
                "attention_sheet", look.sheet(), with(look, Map.of("Shows", "attention of every layer and head"))));
    }

    private static void activations(Look look, LayerValues layer, List<Part> parts) {
        String name = ActivationsImage.NAME + "_L" + layer.layer();
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Layer", String.valueOf(layer.layer()));
        text.put("Tensor", layer.tensor());
        if (layer.first() > 0) {
            text.put("Positions", "from " + layer.first() + " on");
        }
        parts.add(new Part(name + ".pxi", layer.image().toPng(with(look, text))));
        text.put("Shows", "activations of one layer");
        parts.add(view(name, layer.view(look.contextNote()), with(look, text)));
    }

    private static void lensAndTrace(Look look, List<Part> parts) {
        if (look.hasLens()) {
            parts.add(view(
                    "lens",
                    look.lens().view(look.words(), look::word, look.contextNote()),
                    with(look, Map.of("Shows", "what each layer would predict"))));
        }
        if (look.hasTrace()) {
            parts.add(view(
                    "trace",
                    look.trace().view(look.contextNote()),
                    with(look, Map.of("Shows", "what each instruction writes"))));
        }
    }

    private static Part view(String name, Pixels pixels, Map<String, String> text) {
        return new Part(name + ".png", PictureImage.view(pixels).toPng(text));
    }

    private static Map<String, String> with(Look look, Map<String, String> more) {
        Map<String, String> all = look.provenance();
        all.putAll(more);
        return all;
    }
}
