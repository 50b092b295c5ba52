package org.pixelllm.server.answer;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.pixelllm.engine.look.NotInModelException;
import org.pixelllm.engine.serve.GenerationQueue;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;

/**
 * One thing that can be asked, with its options read.
 *
 * @param options all that the answer depends on beside model, question and form
 * @param forms the media types in which it can be answered, the usual one first
 * @param writes the most tokens that it generates
 * @param work computes it
 */
record Task(String options, List<String> forms, int writes, Work work) {

    /** Computes an answer. */
    @FunctionalInterface
    interface Work {
        /**
         * Computes it.
         *
         * @param form one of the task's
         * @param gone says true once nobody waits for it any more
         * @param listener receives tokens as they are generated
         */
        Body compute(
                Served model, TokenImage tokens, String form, BooleanSupplier gone, GenerationQueue.Listener listener)
                throws PxiException, InterruptedException, NotInModelException;
    }
}
