package org.pixelllm.cli.diff;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.pixelllm.cli.answer.Outputs;
import org.pixelllm.cli.file.PxiFile;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Shown;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/** Says how two images of one kind differ, in numbers and as a picture. */
public final class DiffCommand extends Command {

    private final Value<Path> first = place(0, "A.pxi", "An image.");
    private final Value<Path> second = place(1, "B.pxi", "Another one of its kind.");
    private final Value<String> as = PxiFile.asOption(this);
    private final Value<Path> folder = path(
            "DIR", "Where difference.png goes. Default: pixel_llm/outputs under the current folder.", "-o", "--output");
    private final Value<Boolean> json = jsonFlag();

    public DiffCommand(Terminal terminal) {
        super("diff", "Say how two images of one kind differ: numbers, and difference.png.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path a = first.get();
        Path b = second.get();
        PxiFile one = PxiFile.read(a, as.orNull());
        PxiFile other = PxiFile.read(b, as.orNull());
        if (!one.kind().equals(other.kind())) {
            throw new InvalidContentException(new Fault(
                    b.toString(),
                    "whole image",
                    one.kind().words() + ", as " + a + " is",
                    other.kind().words(),
                    "Compare two images of one kind; --as names what has lost its name."));
        }
        Difference difference = Differences.of(one, a, other, b);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", one.kind().words());
        facts.putAll(difference.facts());
        Outputs files = new Outputs(terminal, folder.orNull(), Targets.of(a, b));
        if (difference.picture() != null) {
            Map<String, String> text = new LinkedHashMap<>();
            text.put("Software", "Pixel-LLM " + PixelLlm.VERSION);
            text.put("Shows", "the difference of two images");
            text.put("A", a.getFileName().toString());
            text.put("B", b.getFileName().toString());
            files.view("difference", difference.picture(), text);
        }
        Map<String, String> origins = origins(one, other);
        if (json.get()) {
            facts.put("text", origins);
            facts.put("files", files.json());
            Json.print(terminal, facts);
        } else {
            facts.forEach((name, value) ->
                    terminal.out().println(name.replace('_', ' ') + ": " + Shown.word(String.valueOf(value))));
            origins.forEach(
                    (name, value) -> terminal.out().println("text " + Shown.word(name) + ": " + Shown.word(value)));
            files.files().values().forEach(terminal.out()::println);
        }
        return ExitCode.OK;
    }

    /** Where the two came from, as far as that differs. */
    private static Map<String, String> origins(PxiFile one, PxiFile other) {
        Map<String, String> differing = new LinkedHashMap<>();
        if (one.picture() == null || other.picture() == null) {
            return differing;
        }
        Map<String, String> a = one.picture().text();
        Map<String, String> b = other.picture().text();
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        for (String name : names) {
            String was = a.getOrDefault(name, "none");
            String is = b.getOrDefault(name, "none");
            if (!was.equals(is)) {
                differing.put(name, was + " / " + is);
            }
        }
        return differing;
    }
}
