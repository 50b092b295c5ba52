package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PictureImage;
import org.pixelllm.protocol.png.Pixels;

/** The folder that a command's images go to, and which ones went there. */
public final class Outputs {

    public static final String HELP = "Where the images go. Default: pixel_llm/outputs under the current folder.";

    private static final Path DEFAULT_FOLDER = Path.of("pixel_llm", "outputs");

    private final Path folder;
    private final Targets targets;
    private boolean usual;
    private final Map<String, Path> files = new LinkedHashMap<>();

    /**
     * With the folder that was asked for, or the usual one.
     *
     * @param targets guards what the command reads
     */
    public Outputs(Terminal terminal, @Nullable Path chosen, Targets targets) {
        this.targets = targets;
        usual = chosen == null;
        folder = chosen == null ? terminal.folder().resolve(DEFAULT_FOLDER) : chosen;
    }

    Path folder() {
        makeUsual();
        return folder;
    }

    /** Where the image of that name goes. */
    Path place(String name) {
        return folder().resolve(name + ".pxi");
    }

    /** The usual folder lies in one that need not exist either; an error is that of the file that goes there. */
    private void makeUsual() {
        try {
            if (usual) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            usual = false; // the writer finds out why, and says it
        }
    }

    /** Writes one image. */
    public interface Writer {
        void write(Path file) throws IOException;
    }

    /** Writes the image of that name, without its ending, in the place of one that may be there. */
    public void write(String name, Writer writer) throws IOException {
        Path file = place(name);
        targets.require(file);
        writer.write(file);
        files.put(name, file);
    }

    /** Writes a picture for eyes, named so in its text. */
    public void view(String name, Pixels pixels, Map<String, String> text) throws IOException {
        Path file = folder().resolve(name + ".png");
        targets.require(file);
        PxiFiles.write(file, PictureImage.view(pixels).toPng(text));
        files.put(name + ".png", file);
    }

    /** Name to file, in the order of writing. */
    public Map<String, Path> files() {
        return Collections.unmodifiableMap(files);
    }

    /** The same for JSON. */
    public Map<String, String> json() {
        Map<String, String> paths = new LinkedHashMap<>();
        files.forEach((name, file) -> paths.put(name, file.toString()));
        return paths;
    }
}
