package org.pixelllm.cli.help;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Under which heading an option stands in the help. */
final class OptionGroups {

    private static final String OTHERS = "Options";
    private static final String GENERAL = "General";

    /** Headings in the order of the help, with the long names below each. */
    private static final Map<String, List<String>> GROUPS = groups();

    private OptionGroups() {}

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put(OTHERS, List.of());
        groups.put(
                "Input and output",
                List.of("--input", "--output", "--force", "--from", "--resume", "--valid", "--evaluate"));
        groups.put(
                "Length of the training",
                List.of(
                        "--steps",
                        "--minutes",
                        "--epochs",
                        "--patience",
                        "--measure",
                        "--checkpoint-minutes",
                        "--sample"));
        groups.put(
                "Shape of the model",
                List.of(
                        "--family",
                        "--tokenizer",
                        "--dim",
                        "--layers",
                        "--heads",
                        "--kv-heads",
                        "--hidden",
                        "--context",
                        "--tied",
                        "--qk-norm"));
        groups.put(
                "How it learns",
                List.of(
                        "--mix",
                        "--batch",
                        "--length",
                        "--optimizer",
                        "--rate",
                        "--warmup",
                        "--schedule",
                        "--fall",
                        "--average",
                        "--decay",
                        "--clip",
                        "--dropout",
                        "--seed"));
        groups.put("What the cartridge says", List.of("--weights", "--name", "--licence", "--times"));
        groups.put("Model", List.of("--cartridge", "--executor", "--threads"));
        groups.put(
                "Sampling",
                List.of(
                        "--tokens",
                        "--stop",
                        "--temperature",
                        "--top-k",
                        "--top-p",
                        "--min-p",
                        "--repeat-penalty",
                        "--seed",
                        "--beams"));
        groups.put(GENERAL, List.of("--json", "--verbose", "--help", "--version"));
        return groups;
    }

    /** All long names that have a heading. */
    static List<String> named() {
        return GROUPS.values().stream().flatMap(List::stream).toList();
    }

    /** A command's options by heading; one that would stand alone under its own is with the others. */
    static Map<String, List<OptionSpec>> of(CommandSpec command) {
        Map<String, List<OptionSpec>> all = new LinkedHashMap<>();
        GROUPS.keySet().forEach(each -> all.put(each, new ArrayList<>()));
        for (OptionSpec option : command.options()) {
            String heading = GROUPS.keySet().stream()
                    .filter(each -> GROUPS.getOrDefault(each, List.of()).contains(option.longestName())
                            && count(each, command) > 1)
                    .findFirst()
                    .orElse(OTHERS);
            all.computeIfAbsent(heading, each -> new ArrayList<>()).add(option);
        }
        all.values().removeIf(List::isEmpty);
        return all;
    }

    private static long count(String heading, CommandSpec command) {
        List<String> names = GROUPS.getOrDefault(heading, List.of());
        return command.options().stream()
                .filter(each -> names.contains(each.longestName()))
                .count();
    }
}
