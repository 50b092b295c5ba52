package org.pixelllm.engine.jinja;

/** What a template may still do. */
final class Budget {

    static final long MAX_STEPS = 1_000_000;
    static final long MAX_CHARACTERS = 1L << 26;
    static final int MAX_DEPTH = 64;

    private long steps = MAX_STEPS;
    private long characters = MAX_CHARACTERS;
    private int depth;

    void step() {
        if (--steps < 0) {
            throw new JinjaException("expected a template that ends within " + MAX_STEPS + " steps");
        }
    }

    void characters(long count) {
        characters -= count;
        if (characters < 0) {
            throw new JinjaException("expected a template that makes at most " + MAX_CHARACTERS + " characters");
        }
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new JinjaException("expected macros at most " + MAX_DEPTH + " deep in each other");
        }
    }

    void leave() {
        depth--;
    }
}
