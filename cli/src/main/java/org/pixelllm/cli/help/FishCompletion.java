package org.pixelllm.cli.help;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completions for fish. */
final class FishCompletion {

    private static final String NO_COMMAND = "__fish_use_subcommand";

    private FishCompletion() {}

    static String of(CommandSpec root) {
        StringBuilder script = new StringBuilder("""
                # Completions of pixel-llm for fish: pixel-llm completion fish >~/.config/fish/completions/pixel-llm.fish
                """);
        for (Map.Entry<String, CommandSpec> each : HelpText.all(root).entrySet()) {
            String[] names = each.getKey().split(" ");
            CommandSpec command = each.getValue();
            String last = names[names.length - 1];
            String where = names.length == 1 ? NO_COMMAND : "__fish_seen_subcommand_from " + names[0];
            line(script, where)
                    .append(" -f -a ")
                    .append(last)
                    .append(" -d ")
                    .append(quoted(String.join(" ", command.usageMessage().description())))
                    .append('\n');
            for (OptionSpec option : command.options()) {
                option(script, "__fish_seen_subcommand_from " + last, option);
            }
        }
        return script.toString();
    }

    private static StringBuilder line(StringBuilder script, String where) {
        return script.append("complete -c pixel-llm -n '").append(where).append('\'');
    }

    private static void option(StringBuilder script, String where, OptionSpec option) {
        line(script, where);
        for (String name : option.names()) {
            script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (HelpText.takesValue(option)) {
            script.append(
                    switch (CompletedValue.of(option)) {
                        case CompletedValue.Words(var words) -> " -x -a " + quoted(String.join(" ", words));
                        case CompletedValue.File _ -> " -r -F";
                        case CompletedValue.Other _ -> " -x";
                    });
        }
        script.append(" -d ")
                .append(quoted(String.join(" ", option.description())))
                .append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
