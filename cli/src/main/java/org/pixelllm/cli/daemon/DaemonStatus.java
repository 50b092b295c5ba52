package org.pixelllm.cli.daemon;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Durations;

/**
 * The state of a daemon, as JSON.
 *
 * @param pid its process
 * @param cartridge the real path of its model
 * @param digest of that model
 * @param executor what runs it
 * @param socket where it listens
 * @param uptime in seconds
 * @param idle minutes without a request after which it stops
 * @param answered requests
 * @param waiting requests
 * @param running commands
 * @param version of the program
 */
record DaemonStatus(
        long pid,
        String cartridge,
        @SerializedName("cartridge_digest") String digest,
        String executor,
        String socket,
        @SerializedName("uptime_seconds") double uptime,
        @SerializedName("idle_minutes") double idle,
        long answered,
        int waiting,
        int running,
        String version) {

    /** Parses it; null if the text is something else. */
    static @Nullable DaemonStatus parse(String json) {
        try {
            return new Gson().fromJson(json, DaemonStatus.class);
        } catch (JsonParseException e) {
            return null;
        }
    }

    /** One line. */
    String line() {
        return "socket " + socket + ", pid " + pid + ", cartridge " + cartridge;
    }

    /** Lines for people. */
    String words() {
        return String.format(
                Locale.ROOT,
                "running for %s, pid %d%ncartridge %s, %s%nexecutor %s%nsocket %s%nanswered %d, waiting %d, running %d",
                Durations.words(uptime),
                pid,
                cartridge,
                digest,
                executor,
                socket,
                answered,
                waiting,
                running);
    }
}
