package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Words;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * What happens inside a model while it reads a text: attention, activations, what each layer would predict, numbers of each
 * instruction. The values are those of the run itself, on the model's own executor.
 *
 * <pre>{@code
 * Look look = Look.at(model, model.tokens("Once upon a time"), "<text>", Wanted.EVERYTHING);
 * look.head().images().getFirst().write(Path.of("attention.pxi"), look.provenance());
 * }</pre>
 */
public final class Look {

    /** The most tokens that are looked at: a head's map of them takes 64 MiB. Of a longer text it is the last ones. */
    public static final int MAX_TOKENS = 8192;

    /** Tokens of one step. */
    static final int STEP_TOKENS = 512;

    /** Logits of one step: 16 MiB. */
    private static final int STEP_LOGITS = 1 << 22;

    private final PixelLlm model;
    private final @Nullable Tokenizer tokenizer;
    private final int given;
    private final int[] ids;
    private final List<String> notSeen = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private @Nullable HeadMap head;
    private @Nullable SheetWatcher sheet;
    private List<LayerValues> activations = List.of();
    private @Nullable Lens lens;
    private @Nullable Trace trace;

    private Look(PixelLlm model, TokenImage tokens) throws PxiException {
        this.model = model;
        this.tokenizer = model.cartridge().hasTokenizer() ? model.cartridge().tokenizer() : null;
        int[] all = tokens.ids();
        this.given = all.length;
        int used = Math.min(Math.min(all.length, model.context()), MAX_TOKENS);
        this.ids = Arrays.copyOfRange(all, all.length - used, all.length);
    }

    /**
     * Lets a model read a text and looks on. A text longer than the context, or than {@link #MAX_TOKENS}, is read from its
     * last tokens.
     *
     * @param file where the tokens came from, for messages
     * @throws ModelMismatchException where an id is beyond the vocabulary
     * @throws NotSeenException where something is wanted that this model does not have
     */
    public static Look at(PixelLlm model, TokenImage tokens, String file, Wanted wanted)
            throws PxiException, NotSeenException {
        tokens.requireVocabulary(model.vocabulary(), file);
        Look look = new Look(model, tokens);
        look.run(wanted);
        return look;
    }

    /** Makes something that a model may not allow. */
    private interface Maker<T> {
        T make() throws NotSeenException;
    }

    /** Makes it where it is wanted; null where it is not, or is not there and need not be. */
    private <T> @Nullable T ask(boolean isWanted, boolean onlyIfThere, Maker<T> maker) throws NotSeenException {
        if (!isWanted) {
            return null;
        }
        try {
            return maker.make();
        } catch (NotSeenException e) {
            if (!onlyIfThere) {
                throw e;
            }
            notSeen.add(e.getMessage());
            return null;
        }
    }

    private void run(Wanted wanted) throws NotSeenException {
        Program own = model.cartridge().program();
        Layers layers = Layers.of(own);
        boolean onlyIfThere = wanted.onlyIfThere();
        Wanted.Head wantedHead = wanted.head();
        HeadWatcher heads = wantedHead == null ? null : ask(true, onlyIfThere, () -> headWatcher(layers, wantedHead));
        sheet = ask(wanted.sheet(), onlyIfThere, () -> sheetWatcher(layers));
        LayerWatcher ends = ask(wanted.activations(), onlyIfThere, () -> layerWatcher(own, layers));
        LensProgram lensProgram = ask(wanted.lens(), onlyIfThere, () -> LensProgram.of(own, layers));
        LensWatcher lenses = lensProgram == null ? null : new LensWatcher(lensProgram, ids.length);
        TraceWatcher traces = wanted.trace() ? new TraceWatcher(own) : null;
        for (Watcher each : new @Nullable Watcher[] {heads, sheet, ends, lenses, traces}) {
            if (each != null) {
                watchers.add(each);
            }
        }
        boolean perRow = ends != null
                && layers.ends().stream()
                        .anyMatch(id -> own.tensor(id).shape().getFirst().equals(Dim.ROWS));
        read(lensProgram == null ? own : lensProgram.program(), perRow || lenses != null || traces != null);
        head = heads == null ? null : heads.map();
        activations = ends == null ? List.of() : ends.layers();
        lens = lenses == null ? null : lenses.lens();
        trace = traces == null ? null : traces.trace();
    }

    private SheetWatcher sheetWatcher(Layers layers) throws NotSeenException {
        requireAttention(layers);
        return new SheetWatcher(layers.attentions(), ids.length);
    }

    private LayerWatcher layerWatcher(Program program, Layers layers) throws NotSeenException {
        if (layers.count() == 0) {
            throw new NotSeenException("activations are of layers, and this program has none");
        }
        return new LayerWatcher(program, layers, ids.length);
    }

    private static void requireAttention(Layers layers) throws NotSeenException {
        if (layers.attentions().isEmpty()) {
            throw new NotSeenException("this model has no attention: its program has no such instruction");
        }
    }

    private HeadWatcher headWatcher(Layers layers, Wanted.Head wanted) throws NotSeenException {
        requireAttention(layers);
        List<Instruction> attentions = layers.attentions();
        int layer = wanted.layer() == Wanted.Head.LAST ? attentions.size() - 1 : wanted.layer();
        if (layer < 0 || layer >= attentions.size()) {
            throw new NotSeenException("expected a layer from 0 to " + (attentions.size() - 1) + ", found " + layer);
        }
        int heads = Attention.of(attentions.get(layer)).heads();
        if (wanted.head() < 0 || wanted.head() >= heads) {
            throw new NotSeenException(
                    "expected a head of layer " + layer + " from 0 to " + (heads - 1) + ", found " + wanted.head());
        }
        return new HeadWatcher(attentions.get(layer), layer, wanted.head(), ids.length);
    }

    /** @param rows whether what stands behind the layers is wanted for every token */
    private void read(Program program, boolean rows) {
        Machine machine =
                model.executor().executor().load(program, model.cartridge().weights());
        int vocabulary = program.vocabulary();
        int most = rows ? Math.clamp(STEP_LOGITS / vocabulary, 1, STEP_TOKENS) : STEP_TOKENS;
        float[] logits = new float[rows ? Math.min(most, ids.length) * vocabulary : 0];
        try (State state = machine.newState()) {
            for (int from = 0; from < ids.length; from += most) {
                int[] tokens = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + most));
                int first = from;
                Step step = new Step(List.of(new Step.Part(state, tokens, rows ? tokens.length : 0)));
                machine.step(step, logits, context -> watchers.forEach(each -> each.ran(context, first)));
            }
        }
    }

    /** What was wanted if it is there, and is not: a sentence for each. */
    public List<String> notSeen() {
        return List.copyOf(notSeen);
    }

    /** The tokens that were read: positions from 0. */
    public int[] ids() {
        return ids.clone();
    }

    /** One head, where it was wanted. */
    public HeadMap head() {
        return there(head);
    }

    /** Whether there is a {@link #head}. */
    public boolean hasHead() {
        return head != null;
    }

    /** Whether there is a {@link #sheet}. */
    public boolean hasSheet() {
        return sheet != null;
    }

    /** All heads, for eyes. */
    public Pixels sheet() {
        return there(sheet).view(story());
    }

    /** What each layer ended with; empty where it was not wanted. */
    public List<LayerValues> activations() {
        return activations;
    }

    /** Whether there is a {@link #lens}. */
    public boolean hasLens() {
        return lens != null;
    }

    /** What each layer would predict, where it was wanted. */
    public Lens lens() {
        return there(lens);
    }

    /** Whether there is a {@link #trace}. */
    public boolean hasTrace() {
        return trace != null;
    }

    /** Numbers of each instruction, where they were wanted. */
    public Trace trace() {
        return there(trace);
    }

    private static <T> T there(@Nullable T what) {
        if (what == null) {
            throw new IllegalStateException("this was not looked at");
        }
        return what;
    }

    /** The tokens that were read, as captions. */
    public List<String> words() {
        return Arrays.stream(ids).mapToObj(this::word).toList();
    }

    /** A token as a caption: everything in it visible. */
    public String word(int id) {
        if (tokenizer == null || id >= tokenizer.vocabulary()) {
            return "#" + id;
        }
        return Words.visible(tokenizer.decode(id));
    }

    /** What became of a text that is too long, in words; empty where all of it was read. */
    public String story() {
        return ids.length == given ? "" : "last " + ids.length + " of " + given + " tokens";
    }

    /** Where the images came from. */
    public Map<String, String> provenance() {
        Map<String, String> entries = new LinkedHashMap<>(model.provenance());
        if (!story().isEmpty()) {
            entries.put("Context", story());
        }
        return entries;
    }
}
