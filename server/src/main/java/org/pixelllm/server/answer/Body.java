package org.pixelllm.server.answer;

/**
 * A response's body.
 *
 * @param type its media type
 * @param bytes the body; nobody changes it
 */
public record Body(String type, byte[] bytes) {

    /** Images of the protocol, and pictures. */
    public static final String PNG = "image/png";

    /** Texts. */
    public static final String TEXT = "text/plain";

    /** Several images. */
    public static final String MULTIPART = "multipart/mixed";

    /** Tokens as they come. */
    public static final String EVENTS = "text/event-stream";
}
