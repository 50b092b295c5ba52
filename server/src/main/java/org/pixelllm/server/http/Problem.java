package org.pixelllm.server.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why a request is refused, in one sentence for whoever has sent it: RFC 9457. */
public final class Problem extends RuntimeException {

    /** The media type of problems. */
    public static final String TYPE = "application/problem+json";

    private final int status;
    private final Map<String, String> headers = new LinkedHashMap<>();

    /**
     * A problem.
     *
     * @param status of the response
     * @param detail the sentence; no path of this machine, no secret
     */
    public Problem(int status, String detail) {
        super(detail);
        this.status = status;
    }

    /** The same with a header of the response. */
    public Problem with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** The status of the response. */
    public int status() {
        return status;
    }

    /** Headers that belong to it. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The body of the response. */
    public byte[] json() {
        return json(status, String.valueOf(getMessage()));
    }

    /** A problem's body. */
    public static byte[] json(int status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", title(status));
        problem.put("status", status);
        problem.put("detail", detail);
        return Json.bytes(problem);
    }

    /** The status in words. */
    public static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 408 -> "Request Timeout";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "Error";
        };
    }
}
