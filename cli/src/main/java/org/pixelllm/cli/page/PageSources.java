package org.pixelllm.cli.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The page's files, which the build puts into this program; modules are found by what they import. */
final class PageSources {

    /** The page itself. */
    static final String INDEX = "index.html";

    /** Its looks. */
    static final String STYLE = "page/style.css";

    /** The module that the page runs, and that of its other thread. */
    static final String APP = "page/app.js";

    static final String WORKER = "page/worker.js";

    /** The module that starts the other thread, from a file of its own. */
    static final String STARTER = "page/start_worker.js";

    /** The JavaScript client, which reads and writes pixel files. */
    static final String CLIENT = "machine/pixel_llm.js";

    private static final String CLIENT_ELSEWHERE = "../../clients/javascript/pixel_llm.js";
    private static final Pattern IMPORT = Pattern.compile("^import \\{[^}]*\\} from '([^']+)';$", Pattern.MULTILINE);

    private final Map<String, String> texts = new LinkedHashMap<>();

    /** A file, as a folder of the page has it. */
    String text(String name) {
        return texts.computeIfAbsent(name, PageSources::read);
    }

    private static String read(String name) {
        try (InputStream in = PageSources.class.getResourceAsStream("/web/" + name)) {
            if (in == null) {
                throw new IllegalStateException("web/" + name + " is missing from this build");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("'" + CLIENT_ELSEWHERE + "'", "'./" + CLIENT.substring(CLIENT.indexOf('/') + 1) + "'");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A module and all that it imports, what is imported first. */
    List<String> modules(String name) {
        List<String> found = new ArrayList<>();
        gather(name, found, new ArrayList<>());
        return found;
    }

    private void gather(String name, List<String> found, List<String> way) {
        if (found.contains(name)) {
            return;
        }
        if (way.contains(name)) {
            throw new IllegalStateException("modules of the page import each other in a circle: " + way);
        }
        way.add(name);
        IMPORT.matcher(text(name))
                .results()
                .map(each -> resolve(name, each.group(1)))
                .forEach(each -> gather(each, found, way));
        way.removeLast();
        found.add(name);
    }

    /** Where an import of a module leads. */
    static String resolve(String from, String to) {
        List<String> parts = new ArrayList<>(List.of(from.split("/", -1)));
        parts.removeLast();
        for (String part : to.split("/", -1)) {
            switch (part) {
                case "." -> {}
                case ".." -> parts.removeLast();
                default -> parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    /** A module's imports, by a function of the match. */
    static String replaceImports(String text, java.util.function.Function<MatchResult, String> by) {
        return IMPORT.matcher(text).replaceAll(match -> java.util.regex.Matcher.quoteReplacement(by.apply(match)));
    }
}
