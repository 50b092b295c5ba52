package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.pixelllm.cli.file.PxiFile.Kind;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Spelling;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TokenizerOption;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiImage;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.TokenImage;

/** Says what a protocol image says. */
public final class DecodeCommand extends Command {

    private final Value<Path> file = file("FILE.pxi", "The image.");

    private final Value<String> as = PxiFile.asOption(this);
    private final TokenizerOption tokenizer = new TokenizerOption(this);
    private final Value<Boolean> json = jsonFlag();

    public DecodeCommand(Terminal terminal) {
        super("decode", "Say what an image of the protocol says.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path path = file.get();
        PxiFile read = PxiFile.read(path, as.orNull());
        if (!(read.kind() instanceof Kind.Image(PxiKind kind)) || read.decoded() == null) {
            throw noTokens(path, read.kind());
        }
        switch (kind.decode(read.png(), path.toString())) {
            case TokenImage image -> tokens(image, tokenizer.of(read.png()));
            case PredictionImage image -> prediction(image, tokenizer.of(read.png()));
            case LogitsHeatmap image -> heatmap(image, tokenizer.of(read.png()));
            case PxiImage.OfTokenRow image ->
                row(image.tokens(), image instanceof ScoresImage, tokenizer.of(read.png()));
            case PxiImage.OfTokens image -> rows(image.tokenRows(), tokenizer.of(read.png()));
            case PxiImage.OfGreys _, PxiImage.OfValues _, PxiImage.OfPixels _ -> throw noTokens(path, read.kind());
        }
        return ExitCode.OK;
    }

    private static InvalidContentException noTokens(Path path, Kind found) {
        return new InvalidContentException(new Fault(
                path.toString(),
                "whole image",
                "an image of tokens, or a heat map of logits",
                found.words(),
                "pixel-llm inspect says more about it; --as names what has lost its name."));
    }

    private void tokens(TokenImage image, Spelling spelling) {
        int[] ids = image.ids();
        if (json.get()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("tokens", ids);
            putText(result, ids, true, spelling);
            Json.print(terminal, result);
        } else {
            terminal.out().println(ids.length + " tokens");
            printText(ids, true, spelling);
            terminal.out().println("ids   " + Arrays.toString(ids));
        }
    }

    private void prediction(PredictionImage image, Spelling spelling) {
        if (json.get()) {
            Json.print(terminal, ConsoleText.json(image, spelling));
        } else {
            ConsoleText.prediction(terminal.out(), image, ConsoleText.shares(image), spelling);
        }
    }

    /** @param beginning whether the tokens begin a text, and do not continue one */
    private void row(List<Prediction> tokens, boolean beginning, Spelling spelling) {
        int[] ids = ids(tokens);
        if (json.get()) {
            Json.print(terminal, json(tokens, beginning, spelling));
            return;
        }
        terminal.out().println(ids.length + " tokens");
        printText(ids, beginning, spelling);
        for (int i = 0; i < tokens.size(); i++) {
            terminal.out().println(ConsoleText.line(i + 1, tokens.get(i), spelling));
        }
    }

    private void rows(List<List<Prediction>> beams, Spelling spelling) {
        if (json.get()) {
            Json.print(
                    terminal,
                    Map.of(
                            "beams",
                            beams.stream()
                                    .map(beam -> json(beam, false, spelling))
                                    .toList()));
            return;
        }
        int rank = 1;
        for (List<Prediction> beam : beams) {
            terminal.out().println(rank++ + "  " + beam.size() + " tokens  " + spelling.text(ids(beam), false));
        }
    }

    private static int[] ids(List<Prediction> tokens) {
        return tokens.stream().mapToInt(Prediction::id).toArray();
    }

    private void printText(int[] ids, boolean beginning, Spelling spelling) {
        if (spelling.isKnown()) {
            terminal.out().println("text  " + spelling.text(ids, beginning));
        }
    }

    private static void putText(Map<String, Object> result, int[] ids, boolean beginning, Spelling spelling) {
        if (spelling.isKnown()) {
            result.put("text", spelling.plainText(ids, beginning));
        }
    }

    private static Map<String, Object> json(List<Prediction> tokens, boolean beginning, Spelling spelling) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("tokens", ids(tokens));
        result.put("probs", tokens.stream().map(Prediction::probability).toList());
        putText(result, ids(tokens), beginning, spelling);
        return result;
    }

    private void heatmap(LogitsHeatmap image, Spelling spelling) {
        int[] cells = IntStream.range(0, image.width() * image.height())
                .map(image::value)
                .toArray();
        int brightest = 0;
        for (int i = 1; i < cells.length; i++) {
            if (cells[i] > cells[brightest]) {
                brightest = i;
            }
        }
        if (json.get()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("width", image.width());
            result.put("height", image.height());
            result.put("brightest", brightest);
            result.put("cells", cells);
            Json.print(terminal, result);
            return;
        }
        terminal.out()
                .println(image.width() + " x " + image.height() + " cells; the brightest is token " + brightest + " "
                        + spelling.token(brightest));
        ConsoleText.heatmap(terminal, image);
    }
}
