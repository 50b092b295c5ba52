package org.pixelllm.engine;

import java.util.Arrays;

/**
 * A session over a text of any length. While the text fits the context it is simply taken in. When it does not, the
 * session begins anew with the last half of the context, up to and with the new token, so that every token is predicted
 * from at least half a context. A context of up to {@value #SHORT_CONTEXT} tokens is read anew, whole, for each token:
 * that costs little, and halves of it would say little.
 */
final class Window implements AutoCloseable {

    /** Up to this context, each token is predicted from all of it. */
    static final int SHORT_CONTEXT = 16;

    private final Session session;
    private final int context;
    private final int keep;
    private int[] text = new int[64];
    private int length;
    private int prompt;
    private int slides;

    Window(Session session, int context) {
        this.session = session;
        this.context = context;
        this.keep = keep(context);
    }

    /** How many tokens a session begins anew with. */
    static int keep(int context) {
        return context <= SHORT_CONTEXT ? context : context - context / 2;
    }

    Session session() {
        return session;
    }

    /** Begins a text. @return of its tokens those to take in first: the last ones, where the context is shorter */
    int[] begin(int[] tokens) {
        session.reset();
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
        if (session.room() > 0) {
            return last(1);
        }
        session.reset();
        slides++;
        return last(keep);
    }

    private int[] last(int count) {
        return Arrays.copyOfRange(text, length - count, length);
    }

    /** The last tokens of the text, at most so many. */
    int[] tail(int most) {
        return last(Math.min(most, length));
    }

    /** Goes on from where another one is. */
    void copyFrom(Window other) {
        session.state().copyFrom(other.session.state());
        text = other.text.clone();
        length = other.length;
        prompt = other.prompt;
        slides = other.slides;
    }

    /** What the context made of the text, in words; empty where all of it fitted. */
    String story() {
        String shortened = prompt > context ? "last " + context + " of " + prompt + " tokens of the prompt" : "";
        if (slides == 0) {
            return shortened;
        }
        String slid = "slid " + slides + " times, each time to the last " + keep + " of " + context + " tokens";
        return shortened.isEmpty() ? slid : shortened + "; " + slid;
    }

    @Override
    public void close() {
        session.close();
    }
}
