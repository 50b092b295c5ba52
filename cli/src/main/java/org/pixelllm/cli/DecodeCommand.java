package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.LogitsHeatmap;
import org.pixelllm.protocol.PredictionImage;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.protocol.TokenImage;

/** Says what a protocol image says. */
final class DecodeCommand extends Command {

    private final Value<Path> file = file("FILE.pxi", "The image.");

    private final Value<Boolean> json = flag("Answer in JSON.", "--json");

    DecodeCommand(Terminal terminal) {
        super("decode", "Say what a token image, a prediction or a heat map says.", terminal);
    }

    @Override
    public Integer call() throws IOException {
        Path path = file.get();
        PxiFile read = PxiFile.read(path);
        switch (read.kind()) {
            case TOKENS -> tokens(TokenImage.decode(read.png(), path.toString()));
            case PREDICTION -> prediction(PredictionImage.decode(read.png(), path.toString()));
            case HEATMAP -> heatmap(LogitsHeatmap.decode(read.png(), path.toString()));
            default ->
                throw new InvalidContentException(new Fault(
                        path.toString(),
                        "whole image",
                        "a token image, a prediction or a heat map",
                        read.kind().words(),
                        "pixel-llm inspect says more about it."));
        }
        return ExitCode.OK;
    }

    private void tokens(TokenImage image) {
        int[] ids = image.ids();
        if (json.get()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("tokens", ids);
            result.put("text", Shown.text(ids));
            Json.print(terminal, result);
        } else {
            terminal.out().println(ids.length + " tokens");
            terminal.out().println("text  " + Shown.text(ids));
            terminal.out().println("ids   " + Arrays.toString(ids));
        }
    }

    private void prediction(PredictionImage image) {
        if (json.get()) {
            Json.print(terminal, Shown.json(image));
        } else {
            Shown.prediction(terminal.out(), image, null);
        }
    }

    private void heatmap(LogitsHeatmap image) {
        byte[] grey = image.grey();
        int brightest = 0;
        for (int i = 1; i < grey.length; i++) {
            if ((grey[i] & 0xFF) > (grey[brightest] & 0xFF)) {
                brightest = i;
            }
        }
        if (json.get()) {
            int[] cells = new int[grey.length];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = grey[i] & 0xFF;
            }
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
                        + Shown.token(brightest, null));
        if (terminal.pictures()) {
            Shown.heatmap(terminal.out(), image);
        }
    }
}
