package org.pixelllm.webgpu.kernel;

/**
 * What a part of a row of logits contributes: one of its highest logits, or its lowest.
 *
 * @param value the logit
 * @param id its token; of a lowest: 1 where a logit of the part is not finite, else 0
 */
public record Find(float value, int id) implements Struct {}
