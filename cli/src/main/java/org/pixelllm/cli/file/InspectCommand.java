package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.cli.file.PxiFile.Kind;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.ModelWords;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.Shown;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;

/** Says what a file is. */
public final class InspectCommand extends Command {

    private static final String FULL = "--full";

    private final Value<Path> file = file("FILE.pxi", "The file.");

    private final Value<String> as = PxiFile.asOption(this);
    private final Value<Boolean> json = jsonFlag();
    private final Value<Boolean> full = flag("List every tensor and instruction of a model or program.", FULL);

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
        PxiFile.Picture picture = read.picture();
        if (picture != null) {
            facts.put("width", picture.width());
            facts.put("height", picture.height());
        }
        switch (read.kind()) {
            case Kind.Image(PxiKind kind) -> {
                if (read.decoded() != null) {
                    facts.putAll(kind.decode(read.decoded(), path.toString()).facts());
                }
            }
            case Kind.Other.PROGRAM ->
                program(facts, ProgramImage.read(read.png().pixels(), path.toString()));
            case Kind.Other.CARTRIDGE -> cartridge(facts, path);
            case Kind.Other.V0_WEIGHTS -> facts.put("remedy", "pixel-llm import makes a cartridge of it");
        }
        if (picture != null && !picture.text().isEmpty()) {
            facts.put("text", picture.text());
        }
        print(facts);
        return ExitCode.OK;
    }

    private void cartridge(Map<String, Object> facts, Path path) throws PxiException {
        try (Cartridge cartridge = Cartridge.open(path)) {
            facts.put("summary", ModelWords.summary(cartridge.program(), cartridge.fileBytes()));
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
            if (PxiVersion.of(cartridge.program().vocabulary()) == PxiVersion.V2) {
                facts.put("note", "the vocabulary is beyond two bytes: images of its tokens are of version 2");
            } else if (cartridge.program().vocabulary() > CharacterTokens.VOCABULARY) {
                facts.put("note", "the vocabulary is beyond protocol v1's 1,024 ids");
            }
            facts.put("provenance", manifest.provenance());
        }
    }

    /** The listing in full only where it is asked for, or where a program reads it. */
    private void program(Map<String, Object> facts, Program program) {
        facts.put("parameters", ModelWords.parameters(program));
        facts.put("weights", ModelWords.types(program));
        facts.put("vocabulary", program.vocabulary());
        facts.put("context", program.context());
        if (!full.get() && !json.get()) {
            facts.put(
                    "listing",
                    program.tensors().size() + " tensors, "
                            + program.instructions().size() + " instructions: " + FULL + " lists them");
            return;
        }
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
                    lines.forEach(line -> terminal.out().println("    " + Shown.word(String.valueOf(line))));
                }
                case Map<?, ?> entries -> {
                    terminal.out().println("  " + name);
                    entries.forEach((key, entry) -> terminal.out()
                            .println("    " + Shown.word(String.valueOf(key)) + ": "
                                    + Shown.word(String.valueOf(entry))));
                }
                default -> terminal.out().println("  " + name + ": " + Shown.word(String.valueOf(value)));
            }
        });
    }
}
