package org.pixelllm.engine.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TopK;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * Looks for the continuations of highest mean log-probability. At every token the K most probable unfinished ones go on;
 * those that end are kept aside, the best K of them. The search is over when no unfinished one can become better than
 * the worst of these, or at the greatest length.
 */
final class BeamSearch implements AutoCloseable {

    private static final Comparator<Beam> BEST_FIRST =
            Comparator.comparingDouble(Beam::score).reversed().thenComparing(Beam::ids, Arrays::compare);

    private static final Comparator<Candidate> MOST_PROBABLE_FIRST = Comparator.comparingDouble(Candidate::sum)
            .reversed()
            .thenComparingInt(Candidate::parent)
            .thenComparingInt(Candidate::id);

    private final Machine machine;
    private final GenerationOptions options;
    private final int count;
    private final Steps steps;
    private final List<Window> windows = new ArrayList<>(); // all that were opened
    private final List<Window> free = new ArrayList<>();
    private final @Nullable Tokenizer tokenizer;
    private List<Live> live = new ArrayList<>();
    private final List<Beam> ended = new ArrayList<>(); // best first, at most `count`

    /** An unfinished continuation. */
    private record Live(Window window, List<Prediction> tokens, double sum) {}

    /** A token that may follow one. */
    private record Candidate(int parent, int id, double probability, double sum) {}

    BeamSearch(Machine machine, @Nullable Tokenizer tokenizer, int count, GenerationOptions options) {
        int most = BeamsImage.most(PxiVersion.of(machine.program().vocabulary()));
        if (count < 1 || count > most) {
            throw new IllegalArgumentException("--beams: expected 1 to " + most + ", found " + count + ".");
        }
        this.machine = machine;
        this.options = options;
        this.count = count;
        this.steps = new Steps(machine);
        this.tokenizer = tokenizer;
    }

    List<Beam> run(int[] prompt) {
        Window first = open();
        List<int[]> pending = List.of(first.begin(prompt));
        live.add(new Live(first, List.of(), 0));
        while (!live.isEmpty()) {
            List<Candidate> candidates = candidates(pending);
            pending = goOn(candidates);
        }
        return List.copyOf(ended);
    }

    /** The likeliest tokens after each unfinished continuation, over all of these, most probable first. */
    private List<Candidate> candidates(List<int[]> pending) {
        List<Candidate> candidates = new ArrayList<>();
        int vocabulary = machine.program().vocabulary();
        // One more than go on: the end of the text may be among them.
        int most = Math.min(vocabulary, count + 1);
        List<Step.Part> parts = new ArrayList<>();
        for (int i = 0; i < live.size(); i++) {
            parts.add(live.get(i).window.part(pending.get(i)));
        }
        steps.run(parts, (parent, logits, from) -> {
            Softmax softmax = Softmax.of(logits, from, vocabulary);
            double sum = live.get(parent).sum;
            for (int id : TopK.of(Arrays.copyOfRange(logits, from, from + vocabulary), most)) {
                candidates.add(new Candidate(parent, id, softmax.probability(id), sum + softmax.log(id)));
            }
        });
        candidates.sort(MOST_PROBABLE_FIRST);
        return candidates;
    }

    /** Ends some continuations and lets others go on. @return what the sessions of these take in next */
    private List<int[]> goOn(List<Candidate> candidates) {
        List<Candidate> chosen = new ArrayList<>();
        int length = live.getFirst().tokens.size() + 1;
        for (Candidate each : candidates) {
            if (chosen.size() == count
                    && ended.size() == count
                    && each.sum / length < ended.getLast().score()) {
                break;
            }
            List<Prediction> tokens = with(live.get(each.parent).tokens, each);
            Beam over = over(tokens, each.sum);
            if (over != null) {
                keep(over);
            } else if (chosen.size() < count) {
                chosen.add(each);
            }
        }
        if (ended.size() == count) {
            // What is still to come can at best be certain, up to the greatest length.
            double worst = ended.getLast().score();
            chosen.removeIf(each -> each.sum / options.maxTokens() < worst);
        }
        List<Live> next = handOver(chosen);
        live = next;
        List<int[]> pending = new ArrayList<>();
        for (Live each : next) {
            pending.add(each.window.add(each.tokens.getLast().id()));
        }
        return pending;
    }

    /** Gives each chosen continuation the session of its parent, or a copy where the parent has several. */
    private List<Live> handOver(List<Candidate> chosen) {
        Candidate[] successors = new Candidate[live.size()];
        for (Candidate each : chosen) {
            if (successors[each.parent] == null) {
                successors[each.parent] = each;
            }
        }
        for (int i = 0; i < successors.length; i++) {
            if (successors[i] == null) {
                free.add(live.get(i).window);
            }
        }
        List<Live> next = new ArrayList<>();
        for (Candidate each : chosen) {
            Live parent = live.get(each.parent);
            Window window = parent.window;
            if (successors[each.parent] != each) {
                window = free.isEmpty() ? open() : free.removeLast();
                window.copyFrom(parent.window);
            }
            next.add(new Live(window, with(parent.tokens, each), each.sum));
        }
        return next;
    }

    private Window open() {
        Window window = new Window(machine);
        windows.add(window);
        return window;
    }

    private static List<Prediction> with(List<Prediction> tokens, Candidate next) {
        List<Prediction> all = new ArrayList<>(tokens);
        all.add(Prediction.of(next.id, next.probability));
        return all;
    }

    /** A continuation that is over, or null where it goes on. */
    private @Nullable Beam over(List<Prediction> tokens, double sum) {
        Detokenizer detokenizer = new Detokenizer(tokenizer, options);
        StringBuilder text = new StringBuilder();
        tokens.forEach(token -> text.append(detokenizer.add(token.id())));
        StopReason stop = detokenizer.stop();
        return stop == null ? null : new Beam(tokens, sum, stop, text.toString());
    }

    private void keep(Beam beam) {
        ended.add(beam);
        ended.sort(BEST_FIRST);
        if (ended.size() > count) {
            ended.removeLast();
        }
    }

    @Override
    public void close() {
        windows.forEach(Window::close);
    }
}
