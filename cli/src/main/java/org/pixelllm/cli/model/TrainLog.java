package org.pixelllm.cli.model;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Durations;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.ProgressLine;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.forge.train.run.TrainingRun;

/**
 * Reports how a run goes: on standard error one changing line on a terminal, a line now and then elsewhere; or on standard
 * output a line of JSON for each reading.
 */
final class TrainLog implements TrainingRun.Listener {

    private static final double LINE_EVERY_SECONDS = 15;

    private final Terminal terminal;
    private final TrainSample sample;
    private final boolean json;
    private ProgressLine line;
    private double printed = Double.NEGATIVE_INFINITY;

    /** @param json whether readings are lines of JSON */
    TrainLog(Terminal terminal, TrainSample sample, boolean json) {
        this.terminal = terminal;
        this.sample = sample;
        this.json = json;
        this.line = new ProgressLine(terminal);
    }

    @Override
    public void begins(TrainingRun.Status status) {
        line = new ProgressLine(terminal);
        print(status.step() == 0 ? steps(status.steps()) : "resuming after step " + progress(status));
    }

    @Override
    public void stepped(TrainingRun.Status status) {
        String words = words(status);
        line.show((double) status.step() / status.steps(), words, status.secondsLeft());
        boolean due = status.seconds() - printed >= LINE_EVERY_SECONDS;
        if ((json || !terminal.progress()) && (due || status.isFinished())) {
            printed = status.seconds();
            double left = status.secondsLeft();
            reading("step", status, Double.isNaN(left) ? words : words + ", " + Durations.words(left) + " left", null);
        }
    }

    @Override
    public void measured(int tokens, int of) {
        line.show((double) tokens / of, "measuring the valid text");
    }

    @Override
    public void read(TrainingRun.Status status) {
        reading("valid", status, "measured: " + words(status), null);
    }

    @Override
    public void saved(TrainingRun.Status status) {
        String text = sample.line();
        String words = status.isFinished() ? "" : "checkpoint: " + words(status);
        reading(status.isFinished() ? "end" : "checkpoint", status, words, text);
    }

    void clear() {
        line.clear();
    }

    /** Prints a reading, and what the model writes where a text is given. */
    private void reading(String event, TrainingRun.Status status, String words, @Nullable String text) {
        line.clear();
        if (json) {
            Json.line(terminal, json(event, status, text));
        } else {
            if (!words.isEmpty()) {
                terminal.err().println(words);
            }
            if (text != null) {
                terminal.err().println("sample: " + text);
            }
        }
    }

    private static Map<String, @Nullable Object> json(String event, TrainingRun.Status status, @Nullable String text) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("event", event);
        values.put("step", status.step());
        values.put("steps", status.steps());
        values.put("tokens", status.tokens());
        values.put("seconds", status.seconds());
        values.put("rate", status.rate());
        values.put("train_bits_per_character", status.bits());
        values.put("valid_bits_per_character", status.valid());
        values.put("valid_step", status.validStep() == 0 ? null : status.validStep());
        values.put("best_bits_per_character", status.best());
        values.put("best_step", status.bestStep() == 0 ? null : status.bestStep());
        values.put("best_is_average", status.bestStep() == 0 ? null : status.averaged());
        values.put("tokens_per_second", status.tokensPerSecond());
        values.put("seconds_left", status.secondsLeft());
        values.put("sample", text);
        // JSON has no NaN: what is not known yet is left out.
        values.values().removeIf(value -> value == null || value.equals(Double.NaN));
        return values;
    }

    private void print(String words) {
        line.clear();
        terminal.err().println(words);
    }

    private static String steps(int count) {
        return count == 1 ? "1 step" : count + " steps";
    }

    private static String progress(TrainingRun.Status status) {
        return status.step() + " of " + status.steps();
    }

    static String words(TrainingRun.Status status) {
        boolean fresh = status.validStep() == status.step();
        String valid = Double.isNaN(status.valid())
                ? ""
                : ", valid " + thousandths(status.valid()) + (fresh ? "" : " after step " + status.validStep());
        String best = status.bestStep() == status.validStep()
                ? ""
                : ", best " + thousandths(status.best()) + " after step " + status.bestStep();
        String speed = Double.isNaN(status.tokensPerSecond())
                ? ""
                : String.format(Locale.ROOT, ", %.0f tokens/s", status.tokensPerSecond());
        return "step " + progress(status) + ": " + thousandths(status.bits()) + " bits per character" + valid + best
                + speed;
    }

    static String thousandths(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
