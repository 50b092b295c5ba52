package org.pixelllm.cli.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page in one file, which works from a disk too, where browsers load no modules. Each module becomes a function that gives
 * what it exports; the other thread gets its text from the page.
 */
final class SinglePage {

    private static final Pattern EXPORT =
            Pattern.compile("^export ((?:async )?function\\*? |class |const )([A-Za-z_$][\\w$]*)", Pattern.MULTILINE);
    private static final Pattern SCRIPT = Pattern.compile("<script type=\"module\" src=\"[^\"]*\"></script>\n");
    private static final Pattern STYLESHEET = Pattern.compile("<link rel=\"stylesheet\" href=\"[^\"]*\">\n");
    private static final Pattern POLICY =
            Pattern.compile("(<meta http-equiv=\"Content-Security-Policy\" content=\")[^\"]*(\">)");

    private final PageSources sources;

    SinglePage(PageSources sources) {
        this.sources = sources;
    }

    /**
     * The file's text.
     *
     * @param cartridge a cartridge's bytes that the page opens, or null
     * @param name what it is called
     */
    String html(byte @Nullable [] cartridge, String name) {
        String script = script();
        String style = "\n" + sources.text(PageSources.STYLE);
        String policy =
                ("default-src 'none'; script-src '%s' blob:; style-src '%s'; img-src blob: data:; worker-src blob:; base-uri"
                                + " 'none'; form-action 'none'")
                        .formatted(hash(script), hash(style));
        String html = sources.text(PageSources.INDEX);
        html = replace(POLICY, html, match -> match.group(1) + policy + match.group(2));
        html = replace(STYLESHEET, html, match -> "<style>" + style + "</style>\n");
        String model = cartridge == null
                ? ""
                : "<script type=\"application/octet-stream\" id=\"cartridge\" data-name=\"%s\">%s</script>\n"
                        .formatted(escaped(name), Base64.getEncoder().encodeToString(cartridge));
        return replace(SCRIPT, html, match -> model + "<script>" + script + "</script>\n");
    }

    private static String replace(
            Pattern pattern, String text, java.util.function.Function<MatchResult, String> replacement) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(PageSources.INDEX + " has no " + pattern);
        }
        return matcher.replaceFirst(match -> Matcher.quoteReplacement(replacement.apply(match)));
    }

    private String script() {
        String worker = linked(PageSources.WORKER, "");
        // "</" would end the script element that holds it.
        String text = "\"use strict\";\nconst workerText = " + quoted(worker) + ";\n"
                + linked(
                        PageSources.APP,
                        "({ startWorker: () => new Worker(URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' })))"
                                + " })");
        return "\n" + text;
    }

    /** All modules of one as a script. */
    private String linked(String main, String starter) {
        StringBuilder all = new StringBuilder("(() => {\n");
        for (String module : sources.modules(main)) {
            boolean starts = module.equals(PageSources.STARTER);
            String value = starts ? starter : "(() => {\n" + body(module) + "})()";
            all.append("const ")
                    .append(variable(module))
                    .append(" = ")
                    .append(value)
                    .append(";\n");
        }
        return all.append("})();\n").toString();
    }

    private String body(String module) {
        List<String> exported = new ArrayList<>();
        String text = EXPORT.matcher(sources.text(module)).replaceAll(match -> {
            exported.add(match.group(2));
            return Matcher.quoteReplacement(match.group(1) + match.group(2));
        });
        text = PageSources.replaceImports(text, match -> {
            String all = match.group();
            String names = all.substring(all.indexOf('{') + 1, all.indexOf('}')).replace(" as ", ": ");
            return "const {" + names + "} = " + variable(PageSources.resolve(module, match.group(1))) + ";";
        });
        if (text.contains("\nexport ") || text.contains("\nimport ")) {
            throw new IllegalStateException(module + " imports or exports in a form that is not linked");
        }
        return text + "return { " + String.join(", ", exported) + " };\n";
    }

    private static String variable(String module) {
        return "m_" + module.replaceAll("[^A-Za-z0-9]", "_");
    }

    /** A JavaScript string that may stand in an HTML script. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '<' -> quoted.append("\\x3C");
                case '\u2028', '\u2029' -> quoted.append("\\u%04x".formatted((int) c));
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
    }

    /** The source expression by which a policy admits an inline script or style. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
