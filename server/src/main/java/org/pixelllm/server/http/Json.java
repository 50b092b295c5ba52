package org.pixelllm.server.http;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.charset.StandardCharsets;

/** JSON as it is sent. */
public final class Json {

    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private Json() {}

    /** A value on one line. */
    public static String line(Object value) {
        return GSON.toJson(value);
    }

    /** A value as a body. */
    public static byte[] bytes(Object value) {
        return (line(value) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
