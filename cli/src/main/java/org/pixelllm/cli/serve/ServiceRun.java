package org.pixelllm.cli.serve;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.page.PageFolder;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Interrupts;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.server.Service;
import org.pixelllm.server.ServiceSettings;
import org.pixelllm.server.answer.Desk;
import org.pixelllm.server.answer.Served;
import org.pixelllm.server.wire.WireLimits;

/** A run of the service. Of this program, this class alone knows its room, whose jars no other command has. */
final class ServiceRun {

    private final Terminal terminal;
    private final boolean verbose;
    private final ModelOptions options;
    private final Map<String, Path> models;

    /** @param models by their names */
    ServiceRun(Command command, ModelOptions options, Map<String, Path> models) {
        this.terminal = command.terminal;
        this.verbose = command.verbose();
        this.options = options;
        this.models = models;
    }

    ExitCode run(
            String host,
            int port,
            @Nullable String token,
            List<String> allowedHosts,
            List<String> allowedOrigins,
            boolean open,
            boolean quiet)
            throws IOException, InterruptedException {
        PrintStream err = terminal.err();
        PageFolder page = new PageFolder();
        ServiceSettings settings = new ServiceSettings(
                host,
                port,
                token,
                allowedHosts,
                allowedOrigins,
                WireLimits.USUAL,
                Desk.Limits.USUAL,
                ServiceSettings.GRACE,
                page::file,
                quiet ? line -> {} : err::println,
                err::println);
        CountDownLatch end = new CountDownLatch(1);
        try (Interrupts _ = new Interrupts(terminal, end::countDown);
                Service service = Service.start(settings, served(settings.desk().requests()))) {
            String address = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + service.port() + "/";
            String fragment = token == null ? "" : "#access=" + token;
            terminal.out().println("serving " + String.join(", ", models.keySet()) + " at " + address + fragment);
            terminal.out().flush();
            if (verbose) {
                err.println("There is no TLS here: across a network, put a proxy with TLS before it.");
            }
            try (Browser browser = new Browser()) {
                if (open && !browser.open(address, fragment)) {
                    err.println("No browser could be opened: open the address yourself.");
                }
                end.await();
            }
            err.println("ending: what has begun is finished first");
            service.drain();
        }
        return ExitCode.OK;
    }

    /** Opens all, or none. */
    @SuppressWarnings("MustBeClosedChecker") // Closed with the service.
    private List<Served> served(int capacity) throws IOException, InterruptedException {
        List<Served> served = new ArrayList<>();
        for (Map.Entry<String, Path> each : models.entrySet()) {
            try {
                CurrentModel model = new CurrentModel(() -> options.open(each.getValue(), terminal.err()));
                served.add(new Served(each.getKey(), model, capacity, terminal.err()::println));
            } catch (IOException | RuntimeException e) {
                for (Served open : served) {
                    open.end("another model cannot be opened");
                }
                throw e;
            }
        }
        return served;
    }
}
