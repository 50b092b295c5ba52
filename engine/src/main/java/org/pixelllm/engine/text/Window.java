package org.pixelllm.engine.text;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;

/**
 * A session's memory over a text of any length. While the text fits the context it is simply taken in. When it does not, the
 * session starts again with its last tokens, up to and with the new one: {@link
 * org.pixelllm.pxvm.program.Program#keptContext} of them.
 */
final class Window implements AutoCloseable {

    private final State state;
    private final int context;
    private final int keep; // tokens that it starts again with
    private int[] text = new int[64];
    private int length;
    private int prompt;
    private int slides;

    @SuppressWarnings("MustBeClosedChecker") // It closes its state.
    Window(Machine machine) {
        this.state = machine.newState();
        this.context = machine.program().context();
        this.keep = machine.program().keptContext();
    }

    /** A step's part that takes in the next tokens, and asks for the logits after the last one. */
    Step.Part part(int[] next) {
        return new Step.Part(state, next, 1);
    }

    /** Begins a text. @return its tokens to take in first: the last ones, where the context is shorter */
    int[] begin(int[] tokens) {
        state.reset();
        text = tokens.clone();
        length = tokens.length;
        prompt = tokens.length;
        slides = 0;
        return last(Math.min(length, context));
    }

    /** Continues the text. @return the tokens to take in, which is this one alone where there is room */
    int[] add(int token) {
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = token;
        if (state.position() < context) {
            return last(1);
        }
        state.reset();
        slides++;
        return last(keep);
    }

    private int[] last(int count) {
        return Arrays.copyOfRange(text, length - count, length);
    }

    /** The last tokens of the text, at most that many. */
    int[] tail(int most) {
        return last(Math.min(most, length));
    }

    /** Goes on from where another one is. */
    void copyFrom(Window other) {
        state.copyFrom(other.state);
        text = other.text.clone();
        length = other.length;
        prompt = other.prompt;
        slides = other.slides;
    }

    /** Which parts of the text the context did not hold, in words; empty where it held all. */
    String note() {
        String shortened = prompt > context ? "last " + context + " of " + prompt + " tokens of the prompt" : "";
        if (slides == 0) {
            return shortened;
        }
        String slid = "slid " + slides + " times, each time to the last " + keep + " of " + context + " tokens";
        return shortened.isEmpty() ? slid : shortened + "; " + slid;
    }

    @Override
    public void close() {
        state.close();
    }
}
