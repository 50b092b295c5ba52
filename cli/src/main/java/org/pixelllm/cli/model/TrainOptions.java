package org.pixelllm.cli.model;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.forge.train.run.Setting;

/** The options of a training run: those of {@link Setting}, and where its files are. */
final class TrainOptions {

    private static final double MAX_CHECKPOINT_MINUTES = 24 * 60;

    private final Command.Value<List<Path>> texts;
    private final Command.Value<Path> output;
    private final Command.Value<Path> from;
    private final Command.Value<Path> resume;
    private final Command.Value<String> sample;
    private final Command.Value<Path> valid;
    private final Command.Value<Double> checkpointMinutes;
    private final Map<Setting, Command.Value<String>> settings = new EnumMap<>(Setting.class);

    TrainOptions(Command command) {
        texts = command.files("TEXT", "UTF-8 texts to train on.");
        output = command.path("CARTRIDGE.pxi", "The cartridge to write.", "-o", "--output");
        from = command.path("BASE.pxi", "Go on from the model of this cartridge.", "--from");
        resume = command.path("CARTRIDGE.pxi", "Resume a run that was stopped.", "--resume");
        valid = command.path("VALID.txt", "A text for validation during training.", "--valid");
        checkpointMinutes = command.real(
                "M", "Minutes between checkpoints, from which a run can be resumed.", 5, "--checkpoint-minutes");
        sample = command.optionalText(
                "TEXT",
                "The text that a sample at each checkpoint begins with. Default: as the first text does.",
                "--sample");
        for (Setting setting : Setting.values()) {
            settings.put(setting, command.optionalText(setting.label(), setting.description(), setting.option()));
        }
    }

    /** The settings given on the command line. */
    Map<Setting, String> given() {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        settings.forEach((setting, value) -> {
            String word = value.orNull();
            if (word != null) {
                given.put(setting, word);
            }
        });
        return given;
    }

    List<Path> texts() {
        List<Path> given = texts.orNull();
        return given == null ? List.of() : given;
    }

    @Nullable
    Path output() {
        return output.orNull();
    }

    @Nullable
    Path from() {
        return from.orNull();
    }

    @Nullable
    String sample() {
        return sample.orNull();
    }

    @Nullable
    Path resume() {
        return resume.orNull();
    }

    @Nullable
    Path valid() {
        return valid.orNull();
    }

    double checkpointSeconds() {
        double minutes = checkpointMinutes.get();
        if (!(minutes > 0 && minutes <= MAX_CHECKPOINT_MINUTES)) {
            throw new UsageException("--checkpoint-minutes: expected more than 0 and at most " + MAX_CHECKPOINT_MINUTES
                    + ", found " + minutes + ".");
        }
        return 60 * minutes;
    }
}
