package org.pixelllm.cli.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.Cartridge;

/** Writes the page that runs a cartridge in a browser: a folder for any static host, or one file that works from a disk. */
public final class PageCommand extends Command {

    /** What the page opens by itself, in its folder. */
    private static final String MODEL = "default.pxi";

    /** The largest cartridge that goes into one file: its text is a third longer, and a browser reads it as a whole. */
    private static final long MAX_INLINE_BYTES = 256L << 20;

    private final Value<Path> output = requiredPath(
            "FILE.html|FOLDER", "One file that works from a disk, or a folder for a static host.", "-o", "--output");
    private final Value<Path> cartridge =
            path("CARTRIDGE", "The model that the page opens; the shipped one unless given.", "-c", "--cartridge");
    private final Value<Boolean> empty = flag("The page opens no model by itself.", "--no-cartridge");
    private final Value<Boolean> force = Targets.forceFlag(this);

    public PageCommand(Terminal terminal) {
        super("page", "Write a page that runs a cartridge in a browser.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        if (empty.get() && cartridge.isGiven()) {
            throw new UsageException("--no-cartridge: expected no -c beside it. Give one of the two.");
        }
        Path model = empty.get() ? null : cartridge.isGiven() ? cartridge.get() : terminal.defaultCartridge();
        if (model != null) {
            try (Cartridge opened = Cartridge.open(model)) { // what is no cartridge is refused here, not in the browser
                opened.program();
            }
        }
        Targets targets = Targets.of(model);
        boolean single = output.get().toString().toLowerCase(Locale.ROOT).endsWith(".html");
        if (single) {
            targets.requireNew(output.get(), force.get());
            writeFile(model);
        } else {
            writeFolder(model, targets);
        }
        Targets.words(this, output.get())
                .println(output.get() + ": " + (single ? "open it in a browser" : "serve it as files"));
        return ExitCode.OK;
    }

    private void writeFile(@Nullable Path model) throws IOException {
        if (model != null && Files.size(model) > MAX_INLINE_BYTES) {
            throw new UsageException(
                    "%s: expected at most %d bytes for one file, found %d. Write a folder, or --no-cartridge."
                            .formatted(model, MAX_INLINE_BYTES, Files.size(model)));
        }
        byte[] bytes = model == null ? null : Files.readAllBytes(model);
        String name = model == null ? "" : model.getFileName().toString();
        String html = new SinglePage(new PageSources()).html(bytes, name);
        PxiFiles.write(output.get(), html.getBytes(StandardCharsets.UTF_8));
    }

    private void writeFolder(@Nullable Path model, Targets targets) throws IOException {
        PageSources sources = new PageSources();
        Set<String> names = new LinkedHashSet<>(List.of(PageSources.INDEX, PageSources.STYLE));
        names.addAll(sources.modules(PageSources.APP));
        names.addAll(sources.modules(PageSources.WORKER));
        for (String name : names) {
            targets.requireNew(output.get().resolve(name), force.get());
        }
        for (String name : names) {
            Path file = output.get().resolve(name);
            Files.createDirectories(file.getParent());
            PxiFiles.write(file, sources.text(name).getBytes(StandardCharsets.UTF_8));
        }
        if (model != null) {
            PxiFiles.write(output.get().resolve(MODEL), Files.readAllBytes(model));
        }
    }
}
