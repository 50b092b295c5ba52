package org.pixelllm.cli.help;

import java.util.List;
import java.util.Map;

/**
 * What the help says about a command before its options.
 *
 * @param synopsis the ways to call it, without the program's name; empty where its options say enough
 * @param paragraphs each set as running text, or as it is where it begins with a space
 */
record Introduction(List<String> synopsis, List<String> paragraphs) {

    private static final Introduction NONE = new Introduction(List.of(), List.of());

    private static final Map<String, Introduction> ALL = Map.of(
            "infer",
            new Introduction(
                    List.of("TEXT", "infer [OPTIONS] TEXT", "infer [OPTIONS] -i FILE..."),
                    List.of(
                            "Prints the likeliest next tokens, and writes what it read and what it predicts as images.",
                            "    pixel-llm 'Once upon a ti'",
                            "    pixel-llm infer -i questions/ -o answers/",
                            "Each of many images is answered on its own: one that is wrong does not stop the others.")),
            "generate",
            new Introduction(
                    List.of("generate [OPTIONS] TEXT", "generate [OPTIONS] -i FILE"),
                    List.of(
                            "Prints the text as it comes, and writes it as output_sequence.pxi.",
                            "    pixel-llm generate 'Once upon a time' -n 100 --seed 1",
                            "The same seed, text and cartridge give the same tokens.")),
            "encode",
            new Introduction(
                    List.of(),
                    List.of(
                            "    pixel-llm encode 'pxOS evolution' -o input_tokens.pxi",
                            "    pixel-llm encode - -o input_tokens.pxi <story.txt")),
            "train",
            new Introduction(
                    List.of(
                            "train TEXT... -o CARTRIDGE.pxi (--steps N | --minutes M | --epochs E)",
                            "train --from BASE.pxi TEXT... -o CARTRIDGE.pxi (--steps N | ...)",
                            "train --resume CARTRIDGE.pxi",
                            "train --evaluate VALID.txt [-c CARTRIDGE.pxi]"),
                    List.of(
                            "Give it texts, a name for the model and how long it may take:",
                            "    pixel-llm train story.txt -o story.pxi --minutes 10",
                            "    pixel-llm generate 'Once' -c story.pxi",
                            "That makes a small transformer on characters. --dim, --layers and --context make it larger,"
                                    + " --tokenizer bpe:N gives it pieces of words, and --valid measures it on a text"
                                    + " that it does not learn from.",
                            "Stop it with Ctrl-C whenever you like. It saves its state every few minutes, and --resume"
                                    + " goes on from there; the finished model is the same as if it had never"
                                    + " stopped.",
                            "With --schedule constant a run has no length of its own: resume it with more --steps or"
                                    + " --minutes, and at last with --fall rest. --from goes on from a model with"
                                    + " another text.")),
            "daemon",
            new Introduction(
                    List.of("daemon start [OPTIONS]", "daemon status", "daemon stop"),
                    List.of("A daemon has its model in memory, so that the Python client gets its answers at once."
                            + " It ends when nobody has asked for a while.")),
            "completion",
            new Introduction(
                    List.of(),
                    List.of(
                            "    bash:  source <(pixel-llm completion bash)",
                            "    zsh:   pixel-llm completion zsh >\"${fpath[1]}/_pixel-llm\"",
                            "    fish:  pixel-llm completion fish >~/.config/fish/completions/pixel-llm.fish")));

    Introduction {
        synopsis = List.copyOf(synopsis);
        paragraphs = List.copyOf(paragraphs);
    }

    static Introduction of(String command) {
        return ALL.getOrDefault(command, NONE);
    }
}
