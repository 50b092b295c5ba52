package org.pixelllm.cli.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;

/** Serves models and the page over HTTP. */
public final class ServeCommand extends Command {

    private static final int DEFAULT_PORT = 8421;
    private static final int MAX_PORT = 65535;
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?");
    private static final Pattern ORIGIN = Pattern.compile("https?://(" + HOST.pattern() + ")");

    /** Of these characters a model's name is made, since it stands in addresses. */
    private static final Pattern UNUSUAL = Pattern.compile("[^A-Za-z0-9._-]");

    private final ModelOptions options = ModelOptions.ofMany(this);
    private final Value<Integer> port =
            whole("N", "The port to listen on; 0 for one that is free.", DEFAULT_PORT, "--port");
    private final Value<String> host = text("ADDRESS", "The address to listen on.", LOOPBACK, "--host");
    private final Value<Path> tokenFile = path(
            "FILE",
            "Requests must know the token in this file; it is made where there is none. Needed beside another address than loopback.",
            "--token-file");
    private final Value<List<String>> allowHost =
            texts("NAME", "Another name by which the service may be called, such as a proxy's.", "--allow-host");
    private final Value<List<String>> allowOrigin =
            texts("ORIGIN", "Another site whose pages may ask, such as https://example.org.", "--allow-origin");
    private final Value<Boolean> open = flag("Open the page in a browser.", "--open");
    private final Value<Boolean> quiet = flag("Print no line for each request.", "--quiet");

    public ServeCommand(Terminal terminal) {
        super("serve", "Serve models over HTTP, and a page that shows them at work.", terminal);
    }

    @Override
    protected ExitCode execute() throws Exception {
        if (port.get() < 0 || port.get() > MAX_PORT) {
            throw new UsageException("--port: expected 0 to " + MAX_PORT + ", found " + port.get() + ".");
        }
        for (String each : allowHost.get()) {
            require(HOST, each, "--allow-host: expected a name such as pixels.example.org, found ");
        }
        for (String each : allowOrigin.get()) {
            require(ORIGIN, each, "--allow-origin: expected an origin such as https://example.org, found ");
        }
        InetAddress address = address();
        Path file = tokenFile.orNull();
        if (!address.isLoopbackAddress() && file == null) {
            throw new UsageException("--host: expected a loopback address, found " + host.get()
                    + ". Others could use the service there: add --token-file FILE.");
        }
        Map<String, Path> models = models();
        @Nullable String token = file == null ? null : TokenFile.read(file);
        try {
            Class.forName("org.pixelllm.server.Service", false, ServeCommand.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UsageException(
                    "serve: its classes are not on the class path. Use the launcher, and ./build first.");
        }
        return new ServiceRun(this, options, models)
                .run(
                        address.getHostAddress(),
                        port.get(),
                        token,
                        allowHost.get(),
                        allowOrigin.get(),
                        open.get(),
                        quiet.get());
    }

    private static void require(Pattern pattern, String word, String message) {
        if (!pattern.matcher(word).matches()) {
            throw new UsageException(message + word + ".");
        }
    }

    private InetAddress address() throws IOException {
        try {
            return InetAddress.getByName(host.get());
        } catch (UnknownHostException e) {
            throw new UsageException("--host: expected an address of this machine, found " + host.get() + ".");
        }
    }

    /** The models by their names: those of their files, without the ending. */
    private Map<String, Path> models() {
        Map<String, Path> models = new LinkedHashMap<>();
        for (Path each : options.paths()) {
            Path last = each.getFileName();
            String file = last == null ? "model" : last.toString();
            String name = UNUSUAL.matcher(file.endsWith(".pxi") ? file.substring(0, file.length() - 4) : file)
                    .replaceAll("_");
            Path other = models.putIfAbsent(name, each);
            if (other != null) {
                throw new UsageException("-c: expected models of different names, found " + other + " and " + each
                        + ", which would both be " + name + ". Rename one.");
            }
        }
        return models;
    }
}
