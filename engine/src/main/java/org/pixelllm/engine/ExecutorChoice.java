package org.pixelllm.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Predicate;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.ExecutorProvider;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/**
 * Which executor is asked for, and what its sessions may remember. Executors register themselves as {@link ExecutorProvider}s.
 *
 * @param name one of {@link #names}: {@link #AUTO} takes the one whose answers have the same bits on every processor, {@link
 *     #FASTEST} the fastest one that runs here and suits the model
 * @param threads how many threads may compute, at least 1; results do not depend on it
 * @param memory what sessions may remember
 */
public record ExecutorChoice(String name, int threads, SessionMemory memory) {

    /** Asks for the executor whose answers have the same bits on every processor. */
    public static final String AUTO = "auto";

    /** Asks for the fastest executor that suits. */
    public static final String FASTEST = "fastest";

    private static final List<ExecutorProvider> PROVIDERS = providers();

    public ExecutorChoice {
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "there is no executor " + name + "; there are " + String.join(", ", names()));
        }
        if (threads < 1) {
            throw new IllegalArgumentException("an executor has at least 1 thread, not " + threads);
        }
    }

    /** An executor whose sessions may remember all that the model can. */
    public ExecutorChoice(String name, int threads) {
        this(name, threads, SessionMemory.FULL);
    }

    /** All that there are, the fastest first. Loops and no streams, which would take a millisecond of each answer's start. */
    private static List<ExecutorProvider> providers() {
        List<ExecutorProvider> all = new ArrayList<>();
        // By our own class loader: a thread's may not see them.
        for (ExecutorProvider each :
                ServiceLoader.load(ExecutorProvider.class, ExecutorProvider.class.getClassLoader())) {
            all.add(each);
        }
        all.sort((a, b) -> Integer.compare(b.rank(), a.rank()));
        return List.copyOf(all);
    }

    /** The executor whose answers have the same bits on every processor, with all cores. */
    public static ExecutorChoice automatic() {
        return new ExecutorChoice(AUTO, Runtime.getRuntime().availableProcessors());
    }

    /** {@link #AUTO} and {@link #FASTEST}, then the names of all executors that there are, the slowest first. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(List.of(AUTO, FASTEST));
        PROVIDERS.reversed().forEach(each -> names.add(each.name()));
        return names;
    }

    /**
     * Opens the executor. Where {@link #FASTEST} was asked for, one that cannot be opened is passed over.
     *
     * @param bytes size of the model's file, which decides what suits it; 0 for a small one
     * @return the open executor, which the caller closes
     * @throws RuntimeException where the one that was asked for cannot run here
     */
    public ChosenExecutor open(long bytes) {
        return open(PROVIDERS, bytes, Function.identity());
    }

    /**
     * Opens the executor and loads a program onto it. Where {@link #FASTEST} was asked for, one that cannot be opened or
     * cannot hold the program is passed over; whatever was opened in vain is closed.
     *
     * @param bytes size of the model's file, which decides what suits it; 0 for a small one
     * @throws RuntimeException where the one that was asked for cannot run here, or cannot hold the program
     */
    public LoadedModel load(Program program, Weights weights, long bytes) {
        return load(PROVIDERS, program, weights, bytes);
    }

    @SuppressWarnings("MustBeClosedChecker") // The loaded model closes it.
    LoadedModel load(List<ExecutorProvider> providers, Program program, Weights weights, long bytes) {
        return open(providers, bytes, chosen -> {
            Machine machine = chosen.executor().load(program, weights);
            return new LoadedModel(chosen, machine);
        });
    }

    @SuppressWarnings("MustBeClosedChecker") // Whoever it is opened for closes it.
    private <T> T open(List<ExecutorProvider> providers, long bytes, Function<ChosenExecutor, T> user) {
        return switch (name) {
            case AUTO -> {
                Executor standard =
                        only(providers, ExecutorProvider::isStandard).openStandard(threads);
                yield use(standard, "the same bits on every processor", user);
            }
            case FASTEST -> first(providers, bytes, user);
            default -> {
                Executor named =
                        only(providers, each -> each.name().equals(name)).open(threads);
                yield use(named, "as asked", user);
            }
        };
    }

    private static ExecutorProvider only(List<ExecutorProvider> providers, Predicate<ExecutorProvider> wanted) {
        for (ExecutorProvider each : providers) {
            if (wanted.test(each)) {
                return each;
            }
        }
        throw new IllegalStateException("there is no such executor");
    }

    /** The fastest one that suits, can be opened and can be used. */
    @SuppressWarnings("MustBeClosedChecker") // Whoever it is opened for closes it.
    private <T> T first(List<ExecutorProvider> providers, long bytes, Function<ChosenExecutor, T> user) {
        StringBuilder passedOver = new StringBuilder();
        RuntimeException failure = null;
        for (ExecutorProvider each : providers) {
            ExecutorProvider.Verdict suits = each.suits(bytes);
            String why = suits.reason();
            if (suits.yes()) {
                try {
                    return use(each.open(threads), suits.reason() + passedOver, user);
                } catch (RuntimeException e) {
                    why = String.valueOf(e.getMessage());
                    if (failure != null) {
                        e.addSuppressed(failure);
                    }
                    failure = e;
                }
            }
            passedOver.append("; not ").append(each.name()).append(": ").append(why);
        }
        throw failure != null ? failure : new IllegalStateException("there is no executor" + passedOver);
    }

    /** Uses an open one; closes it where that fails. */
    private static <T> T use(Executor executor, String reason, Function<ChosenExecutor, T> user) {
        try {
            return user.apply(new ChosenExecutor(executor, reason));
        } catch (RuntimeException | Error e) {
            executor.close();
            throw e;
        }
    }
}
