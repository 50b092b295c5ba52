package org.pixelllm.cli.help;

import java.util.Map;
import org.pixelllm.cli.terminal.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page, for {@code man}. */
public final class ManualPage {

    private ManualPage() {}

    /** The page of the program with all its commands. */
    public static String of(CommandSpec root) {
        StringBuilder page = new StringBuilder("""
                .\\" Made from the commands: pixel-llm help --man
                .TH PIXEL-LLM 1
                .SH NAME
                """);
        page.append("pixel-llm \\- ").append(escaped(description(root))).append('\n');
        page.append(".SH SYNOPSIS\n");
        synopsis(page, root);
        page.append(".SH COMMANDS\n");
        for (Map.Entry<String, CommandSpec> each : HelpText.all(root).entrySet()) {
            command(page, each.getKey(), each.getValue());
        }
        page.append(".SH EXIT STATUS\n");
        for (ExitCode each : ExitCode.values()) {
            page.append(".TP\n.B ")
                    .append(each.code())
                    .append('\n')
                    .append(escaped(each.words()))
                    .append('\n');
        }
        return page.toString();
    }

    private static String description(CommandSpec command) {
        return String.join(" ", command.usageMessage().description());
    }

    private static void synopsis(StringBuilder page, CommandSpec command) {
        page.append(".nf\n");
        HelpText.synopsis(command).forEach(each -> page.append(escaped(each)).append('\n'));
        page.append(".fi\n");
    }

    private static void command(StringBuilder page, String name, CommandSpec command) {
        page.append(".SS ").append(escaped(name)).append('\n');
        page.append(escaped(description(command))).append("\n.PP\n");
        synopsis(page, command);
        for (String each : Introduction.of(command.name()).paragraphs()) {
            boolean verbatim = each.startsWith(" ");
            page.append(verbatim ? ".nf\n" : ".PP\n").append(escaped(each)).append(verbatim ? "\n.fi\n" : "\n");
        }
        for (PositionalParamSpec each : command.positionalParameters()) {
            item(page, each.paramLabel(), String.join(" ", each.description()));
        }
        for (OptionSpec each : command.options()) {
            item(page, HelpText.term(each).strip(), String.join(" ", each.description()));
        }
    }

    private static void item(StringBuilder page, String term, String meaning) {
        page.append(".TP\n.B ")
                .append(escaped(term))
                .append('\n')
                .append(escaped(meaning))
                .append('\n');
    }

    /** A line whose hyphens can be typed, and which is no request even where it begins like one. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("…", "...")
                .replace("×", "x");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
