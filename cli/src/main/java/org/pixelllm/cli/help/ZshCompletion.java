package org.pixelllm.cli.help;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completions for zsh. */
final class ZshCompletion {

    private ZshCompletion() {}

    static String of(CommandSpec root) {
        StringBuilder script = new StringBuilder("""
                #compdef pixel-llm
                # Completions of pixel-llm for zsh: pixel-llm completion zsh >"${fpath[1]}/_pixel-llm"
                _pixel_llm() {
                    local -a commands
                """);
        offer(script, "    ", "CURRENT == 2", root.subcommands());
        script.append("    local command=$words[2]\n");
        root.subcommands().forEach((name, each) -> {
            if (!each.getSubcommands().isEmpty()) {
                script.append("    if [[ $command == ").append(name).append(" ]]; then\n");
                offer(script, "        ", "CURRENT == 3", each.getSubcommands());
                script.append("        command=\"").append(name).append(" $words[3]\"\n    fi\n");
            }
        });
        script.append("    case $command in\n");
        for (Map.Entry<String, CommandSpec> each : HelpText.all(root).entrySet()) {
            script.append("        '").append(each.getKey()).append("')\n            _arguments -s");
            each.getValue().options().forEach(option -> option(script, option));
            script.append(" \\\n                '*:file:_files'\n            ;;\n");
        }
        return script.append("    esac\n}\n_pixel_llm \"$@\"\n").toString();
    }

    private static void offer(StringBuilder script, String indent, String when, Map<String, CommandLine> commands) {
        script.append(indent).append("if (( ").append(when).append(" )); then\n");
        script.append(indent).append("    commands=(\n");
        commands.forEach((name, each) -> script.append(indent)
                .append("        ")
                .append(quoted(name + ":"
                        + String.join(" ", each.getCommandSpec().usageMessage().description())))
                .append('\n'));
        script.append(indent).append("    )\n");
        script.append(indent).append("    _describe command commands\n");
        script.append(indent).append("    return\n");
        script.append(indent).append("fi\n");
    }

    private static void option(StringBuilder script, OptionSpec option) {
        String meaning = String.join(" ", option.description())
                .replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
        for (String name : option.names()) {
            String value = HelpText.takesValue(option)
                    ? ":" + option.paramLabel().replace(":", "\\:") + ":" + values(option)
                    : "";
            String equals = HelpText.takesValue(option) && name.startsWith("--") ? "=" : "";
            script.append(" \\\n                ").append(quoted("*" + name + equals + "[" + meaning + "]" + value));
        }
    }

    private static String values(OptionSpec option) {
        return switch (CompletedValue.of(option)) {
            case CompletedValue.Words(var words) -> "(" + String.join(" ", words) + ")";
            case CompletedValue.File _ -> "_files";
            case CompletedValue.Other _ -> "";
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
