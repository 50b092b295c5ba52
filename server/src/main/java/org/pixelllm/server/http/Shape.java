package org.pixelllm.server.http;

import java.util.Set;

/** The paths at which questions are asked. */
public final class Shape {

    /** Where a stream is asked for. */
    public static final String STREAMS = "/v1/streams";

    private static final Set<String> QUESTIONS =
            Set.of("/v1/predict", "/v1/generate", "/v1/score", "/v1/encode", "/v1/look", STREAMS);

    private Shape() {}

    /** Whether a path is one of a question, or below one. */
    public static boolean isQuestion(String path) {
        return QUESTIONS.stream().anyMatch(each -> path.equals(each) || path.startsWith(each + "/"));
    }
}
