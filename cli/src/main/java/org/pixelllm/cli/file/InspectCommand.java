package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;

/** Says what a file is. */
public final class InspectCommand extends Command {

    private final Value<Path> file = file("FILE.pxi", "The file.");

    private final Value<String> as = PxiFile.asOption(this);
    private final Value<Boolean> json = jsonFlag();

    public InspectCommand(Terminal terminal) {
        super("inspect", "Say what a .pxi file is and what it holds.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path path = file.get();
        PxiFile read = PxiFile.read(path, as.orNull());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", read.kind().words());
        facts.put("bytes", Files.size(path));
        if (read.decoded() != null) {
            facts.put("width", read.png().pixels().width());
            facts.put("height", read.png().pixels().height());
        }
        switch (read.kind()) {
            case TOKENS ->
                facts.put(
                        "tokens", TokenImage.decode(read.png(), path.toString()).ids().length);
            case PREDICTION ->
                facts.put(
                        "predictions",
                        PredictionImage.decode(read.png(), path.toString())
                                .predictions()
                                .size());
            case SEQUENCE ->
                facts.put(
                        "tokens",
                        SequenceImage.decode(read.png(), path.toString())
                                .tokens()
                                .size());
            case BEAMS ->
                facts.put(
                        "beams",
                        BeamsImage.decode(read.png(), path.toString()).beams().size());
            case SCORES ->
                facts.put(
                        "tokens",
                        ScoresImage.decode(read.png(), path.toString()).tokens().size());
            case ATTENTION -> {
                AttentionImage image = AttentionImage.decode(read.png(), path.toString());
                facts.put("queries", "positions " + image.row() + " to " + (image.row() + image.height() - 1));
                facts.put("keys", "positions " + image.column() + " to " + (image.column() + image.width() - 1));
            }
            case ACTIVATIONS -> {
                ActivationsImage image = ActivationsImage.decode(read.png(), path.toString());
                facts.put("positions", image.rows());
                facts.put("values of each", image.columns());
            }
            case PROGRAM -> program(facts, ProgramImage.read(read.png().pixels(), path.toString()));
            case CARTRIDGE -> cartridge(facts, path);
            case V0_WEIGHTS -> facts.put("remedy", "pixel-llm import makes a cartridge of it");
            case HEATMAP, VIEW, PICTURE -> {}
        }
        if (read.decoded() != null && !read.png().text().isEmpty()) {
            facts.put("text", read.png().text());
        }
        print(facts);
        return ExitCode.OK;
    }

    private static void cartridge(Map<String, Object> facts, Path path) throws PxiException {
        try (Cartridge cartridge = Cartridge.open(path)) {
            Manifest manifest = cartridge.manifest();
            facts.put("mapped", cartridge.isMapped());
            facts.put("name", manifest.name());
            facts.put("family", manifest.family());
            facts.put("licence", manifest.licence());
            facts.put("digest", "sha256:" + cartridge.digest());
            facts.put(
                    "tokenizer",
                    cartridge.hasTokenizer() ? cartridge.tokenizer().name() : "none");
            program(facts, cartridge.program());
            if (cartridge.program().vocabulary() > CharacterTokens.VOCABULARY) {
                facts.put("note", "the vocabulary is beyond protocol v1's 1,024 ids");
            }
            facts.put("provenance", manifest.provenance());
        }
    }

    private static void program(Map<String, Object> facts, Program program) {
        facts.put("vocabulary", program.vocabulary());
        facts.put("context", program.context());
        facts.put("tensors", program.tensors().stream().map(Object::toString).toList());
        facts.put(
                "program",
                program.instructions().stream()
                        .map(instruction -> Assembler.print(program, instruction))
                        .toList());
    }

    private void print(Map<String, Object> facts) {
        if (json.get()) {
            Json.print(terminal, facts);
            return;
        }
        terminal.out().println(file.get());
        facts.forEach((name, value) -> {
            switch (value) {
                case Iterable<?> lines -> {
                    terminal.out().println("  " + name);
                    lines.forEach(line -> terminal.out().println("    " + line));
                }
                case Map<?, ?> entries -> {
                    terminal.out().println("  " + name);
                    entries.forEach((key, entry) -> terminal.out().println("    " + key + ": " + entry));
                }
                default -> terminal.out().println("  " + name + ": " + value);
            }
        });
    }
}
