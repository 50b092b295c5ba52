package org.pixelllm.engine.text;

import java.util.List;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Steps;

/** Steps generations of one model together: the weights are read once for all. For one thread at a time, as they are. */
public final class Together {

    private final Steps steps;

    Together(Machine machine) {
        this.steps = new Steps(machine);
    }

    /**
     * Generates one more token of each; each gets the one that it would get alone. One that meets NaN or an infinity is over, and says so
     * when it is asked for its image; the others go on.
     *
     * @param generations of the model, each once; none is over
     */
    public void step(List<Generation> generations) {
        List<Generation> now = List.copyOf(generations);
        steps.run(
                now.stream().map(Generation::part).toList(),
                (number, logits, from) -> now.get(number).append(logits, from));
    }
}
