package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.pixelllm.protocol.CharacterTokens;
import org.pixelllm.protocol.PredictionImage;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a file is. */
@Command(name = "inspect", description = "Say what a .pxi file is and what it holds.")
final class InspectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE.pxi", description = "The file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--json", description = "Answer in JSON.")
    private boolean json;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PxiFile read = PxiFile.read(file);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", read.kind().words());
        facts.put("bytes", Files.size(file));
        if (read.decoded() != null) {
            facts.put("width", read.png().pixels().width());
            facts.put("height", read.png().pixels().height());
        }
        switch (read.kind()) {
            case TOKENS ->
                facts.put(
                        "tokens", TokenImage.decode(read.png(), file.toString()).ids().length);
            case PREDICTION ->
                facts.put(
                        "predictions",
                        PredictionImage.decode(read.png(), file.toString())
                                .predictions()
                                .size());
            case PROGRAM -> program(facts, ProgramImage.read(read.png().pixels(), file.toString()));
            case CARTRIDGE -> cartridge(facts);
            case V0_WEIGHTS -> facts.put("remedy", "pixel-llm import makes a cartridge of it");
            case HEATMAP, PICTURE -> {}
        }
        if (read.decoded() != null && !read.png().text().isEmpty()) {
            facts.put("text", read.png().text());
        }
        print(facts);
        return ExitCode.OK;
    }

    private void cartridge(Map<String, Object> facts) throws PxiException {
        try (Cartridge cartridge = Cartridge.open(file)) {
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
        if (json) {
            Json.print(terminal, facts);
            return;
        }
        terminal.out().println(file);
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
