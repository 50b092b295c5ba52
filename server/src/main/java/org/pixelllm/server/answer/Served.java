package org.pixelllm.server.answer;

import java.util.function.Consumer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.engine.serve.GenerationQueue;
import org.pixelllm.engine.serve.RequestQueue;

/** A model that is served: its name, and the queues in which requests of many clients step together. */
public final class Served {

    private final String name;
    private final CurrentModel current;
    private final RequestQueue predictions;
    private final GenerationQueue generations;
    private volatile boolean failed;

    /**
     * Begins to serve a model.
     *
     * @param name by which requests choose it
     * @param current stays open until {@link #end}
     * @param capacity how many requests may wait in a queue
     * @param log receives what whoever runs the service should know
     */
    public Served(String name, CurrentModel current, int capacity, Consumer<String> log) {
        this.name = name;
        this.current = current;
        this.predictions = new RequestQueue(current, capacity, () -> null, why -> {
            failed = true;
            log.accept(name + ": " + why);
        });
        this.generations = new GenerationQueue(current, capacity);
    }

    /** By which requests choose it. */
    public String name() {
        return name;
    }

    /** The model, to look at; to compute with it, {@link CurrentModel#lend lend} it. */
    public PixelLlm model() {
        return current.get();
    }

    /** The model, to lend. */
    CurrentModel current() {
        return current;
    }

    RequestQueue predictions() {
        return predictions;
    }

    GenerationQueue generations() {
        return generations;
    }

    /** Whether it answers. */
    public boolean isReady() {
        return !failed;
    }

    /** How many requests wait. */
    public int waiting() {
        return predictions.waiting() + generations.waiting();
    }

    /** Ends the queues, and closes the model once nobody has it. */
    public void end(String why) throws InterruptedException {
        generations.end(why);
        if (predictions.end(why, 5000)) {
            current.close();
        }
    }
}
