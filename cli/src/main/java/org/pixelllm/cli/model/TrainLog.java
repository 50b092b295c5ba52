package org.pixelllm.cli.model;

import java.util.Locale;
import org.pixelllm.cli.terminal.Durations;
import org.pixelllm.cli.terminal.ProgressLine;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.forge.train.run.TrainingRun;

/** Reports the progress of a run on standard error: one changing line on a terminal, a line now and then elsewhere. */
final class TrainLog implements TrainingRun.Listener {

    private static final double LINE_EVERY_SECONDS = 15;

    private final Terminal terminal;
    private ProgressLine line;
    private double printed = Double.NEGATIVE_INFINITY;

    TrainLog(Terminal terminal) {
        this.terminal = terminal;
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
        if (!terminal.progress() && (due || status.isFinished())) {
            printed = status.seconds();
            double left = status.secondsLeft();
            terminal.err().println(Double.isNaN(left) ? words : words + ", " + Durations.words(left) + " left");
        }
    }

    @Override
    public void measured(int tokens, int of) {
        line.show((double) tokens / of, "measuring the valid text");
    }

    @Override
    public void saved(TrainingRun.Status status) {
        if (!status.isFinished()) {
            print("checkpoint: " + words(status));
        }
    }

    void clear() {
        line.clear();
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
        String speed = Double.isNaN(status.tokensPerSecond())
                ? ""
                : String.format(Locale.ROOT, ", %.0f tokens/s", status.tokensPerSecond());
        return "step " + progress(status) + ": " + thousandths(status.bits()) + " bits per character" + valid + speed;
    }

    static String thousandths(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
