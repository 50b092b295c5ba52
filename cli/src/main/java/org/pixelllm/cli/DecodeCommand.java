package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.LogitsHeatmap;
import org.pixelllm.protocol.PredictionImage;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.protocol.TokenImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a protocol image says. */
@Command(name = "decode", description = "Say what a token image, a prediction or a heat map says.")
final class DecodeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE.pxi", description = "The image.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--json", description = "Answer in JSON.")
    private boolean json;

    DecodeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PxiFile read = PxiFile.read(file);
        switch (read.kind()) {
            case TOKENS -> tokens(TokenImage.decode(read.png(), file.toString()));
            case PREDICTION -> prediction(PredictionImage.decode(read.png(), file.toString()));
            case HEATMAP -> heatmap(LogitsHeatmap.decode(read.png(), file.toString()));
            default ->
                throw new InvalidContentException(new Fault(
                        file.toString(),
                        "whole image",
                        "a token image, a prediction or a heat map",
                        read.kind().words(),
                        "pixel-llm inspect says more about it."));
        }
        return ExitCode.OK;
    }

    private void tokens(TokenImage image) {
        int[] ids = image.ids();
        if (json) {
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
        if (json) {
            Json.print(terminal, Shown.json(image));
        } else {
            Shown.prediction(terminal.out(), image);
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
        if (json) {
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
                        + Shown.character(brightest));
        if (terminal.pictures()) {
            Shown.heatmap(terminal.out(), image);
        }
    }
}
