package org.pixelllm.pxvm.executor;

/** What all machines' states share: whose it is, its position, whether it is open. */
public abstract class CheckedState implements State {

    private final CheckedMachine owner;
    private int position;
    private boolean closed;
    private long lastCheck;

    /** Begins at position 0, with nothing remembered. */
    protected CheckedState(CheckedMachine owner) {
        this.owner = owner;
    }

    /** Forgets the values of all state tensors. */
    protected abstract void clear();

    /** Takes over the values of another one, of the same machine and open. */
    protected abstract void take(CheckedState other);

    /** Frees the memory; called once. */
    protected abstract void free();

    /** The machine that made this state, and the only one that takes it. */
    protected final CheckedMachine owner() {
        return owner;
    }

    final boolean isClosed() {
        return closed;
    }

    /** Whether this state was not yet seen in the check of that number. */
    final boolean isFirstOf(long check) {
        boolean first = lastCheck != check;
        lastCheck = check;
        return first;
    }

    @Override
    public final int position() {
        return position;
    }

    /** Counts tokens that have been taken in. */
    protected final void advance(int tokens) {
        position += tokens;
    }

    @Override
    public final void reset() {
        position = 0;
        clear();
    }

    @Override
    public final void copyFrom(State other) {
        if (!(other instanceof CheckedState that) || that.owner != owner || that.closed || closed) {
            throw new IllegalArgumentException("a state is copied from an open one of the same machine");
        }
        position = that.position;
        take(that);
    }

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            free();
        }
    }
}
