package org.pixelllm.engine;

import org.pixelllm.pxvm.executor.Executor;

/**
 * The executor that runs, and why.
 *
 * @param executor open
 * @param reason why, for a person who asks; of those that are faster, why they were passed over
 */
public record ChosenExecutor(Executor executor, String reason) {}
