package org.pixelllm.cli.help;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completions for bash. */
final class BashCompletion {

    private BashCompletion() {}

    static String of(CommandSpec root) {
        StringBuilder script = new StringBuilder("""
                # Completions of pixel-llm for bash: source <(pixel-llm completion bash)
                _pixel_llm() {
                    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]-}
                    local options= words=
                    COMPREPLY=()
                """);
        String names = String.join(" ", root.subcommands().keySet());
        script.append("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '")
                .append(names)
                .append("' -- \"$word\"))\n        return\n    fi\n");
        root.subcommands().forEach((name, each) -> {
            Set<String> below = each.getCommandSpec().subcommands().keySet();
            if (!below.isEmpty()) {
                script.append("    if [ \"$command\" = ")
                        .append(name)
                        .append(
                                " ]; then\n        if [ \"$COMP_CWORD\" -eq 2 ]; then\n            COMPREPLY=($(compgen -W '")
                        .append(String.join(" ", below))
                        .append("' -- \"$word\"))\n            return\n        fi\n        command=\"")
                        .append(name)
                        .append(" ${COMP_WORDS[2]-}\"\n    fi\n");
            }
        });
        script.append("    case $command in\n");
        for (Map.Entry<String, CommandSpec> each : HelpText.all(root).entrySet()) {
            command(script, each.getKey(), each.getValue());
        }
        return script.append("""
                        *) return ;;
                    esac
                    case $word in
                        -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
                        *) COMPREPLY=($(compgen -W "$words" -f -- "$word")) ;;
                    esac
                }
                complete -o filenames -F _pixel_llm pixel-llm ./pixel-llm
                """).toString();
    }

    private static void command(StringBuilder script, String name, CommandSpec command) {
        script.append("        '").append(name).append("')\n            options='");
        Set<String> names = new LinkedHashSet<>();
        command.options().forEach(each -> names.addAll(List.of(each.names())));
        script.append(String.join(" ", names)).append("'\n");
        script.append("            case $before in\n");
        for (OptionSpec option : command.options()) {
            if (HelpText.takesValue(option)) {
                script.append("                ")
                        .append(String.join("|", option.names()))
                        .append(") ")
                        .append(values(option))
                        .append("return ;;\n");
            }
        }
        script.append("            esac\n            ;;\n");
    }

    private static String values(OptionSpec option) {
        return switch (CompletedValue.of(option)) {
            case CompletedValue.Words(var words) ->
                "COMPREPLY=($(compgen -W '" + words.stream().collect(Collectors.joining(" ")) + "' -- \"$word\")); ";
            case CompletedValue.File _ -> "COMPREPLY=($(compgen -f -- \"$word\")); ";
            case CompletedValue.Other _ -> "";
        };
    }
}
