package org.pixelllm.engine.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and their values, in a loop or a macro before those around it. */
final class Scope {

    private final Map<String, Object> names = new HashMap<>();
    private final @Nullable Scope outer;
    final Budget budget;

    Scope(Budget budget) {
        this.outer = null;
        this.budget = budget;
    }

    private Scope(Scope outer) {
        this.outer = outer;
        this.budget = outer.budget;
    }

    Scope inner() {
        return new Scope(this);
    }

    Scope outermost() {
        return outer == null ? this : outer.outermost();
    }

    void set(String name, Object value) {
        names.put(name, value);
    }

    Object get(String name) {
        Object value = names.get(name);
        return value != null ? value : outer == null ? new Value.Undefined(name) : outer.get(name);
    }
}
