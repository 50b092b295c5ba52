package org.pixelllm.engine;

import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * What sessions may remember. Their memory grows as positions come, up to this.
 *
 * @param context the most positions, or {@link #ALL} of the model's
 * @param keysValues how keys and values are kept: {@link ElementType#F32}, or {@link ElementType#F16}, which takes half the bytes
 *     and changes answers by little
 */
public record SessionMemory(int context, ElementType keysValues) {

    /** As many positions as the model has. */
    public static final int ALL = 0;

    /** All that a model can do. */
    public static final SessionMemory FULL = new SessionMemory(ALL, ElementType.F32);

    public SessionMemory {
        if (context < 0) {
            throw new IllegalArgumentException("a session has at least 1 position, not " + context);
        }
        if (keysValues != ElementType.F32 && keysValues != ElementType.F16) {
            throw new IllegalArgumentException("keys and values are f32 or f16, not " + keysValues.word());
        }
    }

    /**
     * A model's program with sessions of this memory.
     *
     * @param file the model's, for messages
     * @throws ModelMismatchException where the model has fewer positions
     */
    Program of(Program program, String file) throws ModelMismatchException {
        if (context > program.context()) {
            throw new ModelMismatchException(new Fault(
                    file,
                    "context",
                    "at most " + program.context() + " positions, all that this model has",
                    String.valueOf(context),
                    "Give --context " + program.context() + " or less, or leave it out."));
        }
        return program.withSessions(context == ALL ? program.context() : context, keysValues);
    }
}
