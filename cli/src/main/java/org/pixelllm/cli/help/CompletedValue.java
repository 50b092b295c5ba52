package org.pixelllm.cli.help;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;

/** What a shell can offer as the value of an option. */
sealed interface CompletedValue {

    /** One of some words. */
    record Words(List<String> words) implements CompletedValue {
        public Words {
            words = List.copyOf(words);
        }
    }

    /** The name of a file or folder. */
    record File() implements CompletedValue {}

    /** A number or a text, which nobody can guess. */
    record Other() implements CompletedValue {}

    static CompletedValue of(ArgSpec arg) {
        List<String> words = new ArrayList<>();
        if (arg.completionCandidates() != null) {
            arg.completionCandidates().forEach(words::add);
        }
        if (!words.isEmpty()) {
            return new Words(words);
        }
        boolean path = arg.type() == Path.class || arg.auxiliaryTypes()[0] == Path.class;
        return path ? new File() : new Other();
    }
}
