package org.pixelllm.conformance;

/**
 * One rule that an implementation's files break.
 *
 * @param rule the rule
 * @param message where it is broken, what was expected and what was found, for a person
 */
public record Finding(Rule rule, String message) {}
