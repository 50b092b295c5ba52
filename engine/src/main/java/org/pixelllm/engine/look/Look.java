package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.ModelFaultException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Words;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.NotFiniteException;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * What happens inside a model while it reads a text: attention, activations, what each layer would predict, numbers of each
 * instruction. The values are those of the run itself, on the model's own executor.
 *
 * <pre>{@code
 * Look look = Look.at(model, model.tokens("Once upon a time"), "<text>", LookOptions.EVERYTHING);
 * look.head().images().getFirst().write(Path.of("attention.pxi"), look.provenance());
 * }</pre>
 */
public final class Look {

    /** The most tokens that are read: a map of a head over them takes 64 MiB. Of a longer text the last ones are read. */
    public static final int MAX_TOKENS = 8192;

    private final PixelLlm model;
    private final @Nullable Tokenizer tokenizer;
    private final int given;
    private final int[] ids;
    private final List<String> missing = new ArrayList<>();
    private final List<Recorder> recorders = new ArrayList<>();
    private @Nullable HeadMap head;
    private @Nullable SheetRecorder sheet;
    private List<LayerValues> activations = List.of();
    private @Nullable Lens lens;
    private @Nullable Trace trace;
    private @Nullable ModelFaultException fault;

    private Look(PixelLlm model, TokenImage tokens) throws PxiException {
        this.model = model;
        this.tokenizer = model.cartridge().hasTokenizer() ? model.cartridge().tokenizer() : null;
        int[] all = tokens.ids();
        this.given = all.length;
        int used = Math.min(Math.min(all.length, model.context()), MAX_TOKENS);
        this.ids = Arrays.copyOfRange(all, all.length - used, all.length);
    }

    /**
     * Lets a model read a text and records what happens inside. A text longer than the context, or than {@link #MAX_TOKENS}, is read from its
     * last tokens.
     *
     * @param file where the tokens came from, for messages
     * @throws ModelMismatchException where an id is beyond the vocabulary, or the image is of version 1 and the model speaks version 2
     * @throws NotInModelException where this model does not have what is asked for
     */
    public static Look at(PixelLlm model, TokenImage tokens, String file, LookOptions options)
            throws PxiException, NotInModelException {
        tokens.requireVersion(model.vocabulary(), file);
        Look look = new Look(model, tokens);
        look.run(options);
        return look;
    }

    /** Makes something that a model may not allow. */
    private interface Maker<T> {
        T make() throws NotInModelException;
    }

    /** Makes what is asked for; null where it is not, or where this model does not have it and that is no error. */
    private <T> @Nullable T make(boolean asked, boolean skipMissing, Maker<T> maker) throws NotInModelException {
        if (!asked) {
            return null;
        }
        try {
            return maker.make();
        } catch (NotInModelException e) {
            if (!skipMissing) {
                throw e;
            }
            missing.add(e.getMessage());
            return null;
        }
    }

    private void run(LookOptions options) throws NotInModelException {
        Program own = model.program();
        Layers layers = Layers.of(own);
        boolean skipMissing = options.skipMissing();
        LookOptions.Head one = options.head();
        HeadRecorder heads = one == null ? null : make(true, skipMissing, () -> headRecorder(layers, one));
        sheet = make(options.sheet(), skipMissing, () -> sheetRecorder(layers));
        LayerRecorder ends = make(options.activations(), skipMissing, () -> layerRecorder(own, layers));
        LensProgram lensProgram = make(options.lens(), skipMissing, () -> LensProgram.of(own, layers));
        LensRecorder lenses = lensProgram == null ? null : new LensRecorder(lensProgram, ids.length);
        TraceRecorder traces = options.trace() ? new TraceRecorder(own) : null;
        Program run = lensProgram == null ? own : lensProgram.program();
        FiniteRecorder finite = new FiniteRecorder(run);
        for (Recorder each : new @Nullable Recorder[] {heads, sheet, ends, lenses, traces, finite}) {
            if (each != null) {
                recorders.add(each);
            }
        }
        boolean perRow = ends != null
                && layers.ends().stream()
                        .anyMatch(id -> own.tensor(id).shape().getFirst().equals(Dim.ROWS));
        read(run, perRow || lenses != null || traces != null);
        head = heads == null ? null : heads.map();
        activations = ends == null ? List.of() : ends.layers();
        lens = lenses == null ? null : lenses.lens();
        trace = traces == null ? null : traces.trace();
        NotFiniteException found = finite.found();
        fault = found == null ? null : model.faults().of(found);
    }

    private SheetRecorder sheetRecorder(Layers layers) throws NotInModelException {
        requireAttention(layers);
        return new SheetRecorder(layers.attentions(), ids.length);
    }

    private LayerRecorder layerRecorder(Program program, Layers layers) throws NotInModelException {
        if (layers.count() == 0) {
            throw new NotInModelException("activations need layers, and this program has none");
        }
        return new LayerRecorder(program, layers, ids.length);
    }

    private static void requireAttention(Layers layers) throws NotInModelException {
        if (layers.attentions().isEmpty()) {
            throw new NotInModelException("this model has no attention: its program has no such instruction");
        }
    }

    private HeadRecorder headRecorder(Layers layers, LookOptions.Head one) throws NotInModelException {
        requireAttention(layers);
        List<Instruction> attentions = layers.attentions();
        int layer = one.layer() == LookOptions.Head.LAST ? attentions.size() - 1 : one.layer();
        if (layer < 0 || layer >= attentions.size()) {
            throw new NotInModelException(
                    "layer " + layer + " does not exist: this model has layers 0 to " + (attentions.size() - 1));
        }
        int heads = Attention.of(attentions.get(layer)).heads();
        if (one.head() < 0 || one.head() >= heads) {
            throw new NotInModelException(
                    "head " + one.head() + " does not exist: layer " + layer + " has heads 0 to " + (heads - 1));
        }
        return new HeadRecorder(attentions.get(layer), layer, one.head(), ids.length);
    }

    /** @param rows whether what comes after the layers is asked for at every token */
    private void read(Program program, boolean rows) {
        int vocabulary = program.vocabulary();
        try (Machine machine = model.load(program);
                State state = machine.newState()) {
            int first = 0;
            for (Step step : Steps.of(List.of(new Step.Part(state, ids, rows ? ids.length : 0)), vocabulary)) {
                int position = first;
                machine.step(step, new float[step.rows() * vocabulary], context -> {
                    for (Recorder each : recorders) {
                        each.ran(context, position);
                    }
                });
                first += step.tokens();
            }
        }
    }

    /** What was skipped because this model does not have it: a clause for each. */
    public List<String> missing() {
        return List.copyOf(missing);
    }

    /** The model's fault, where what it computed for this text ends in NaN or an infinity; else null. */
    public @Nullable ModelFaultException fault() {
        return fault;
    }

    /** The tokens that were read: positions from 0. */
    public int[] ids() {
        return ids.clone();
    }

    /** One head, where it was asked for. */
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
        return there(sheet).view(contextNote());
    }

    /** What each layer ended with; empty where it was not asked for. */
    public List<LayerValues> activations() {
        return activations;
    }

    /** Whether there is a {@link #lens}. */
    public boolean hasLens() {
        return lens != null;
    }

    /** What each layer would predict, where it was asked for. */
    public Lens lens() {
        return there(lens);
    }

    /** Whether there is a {@link #trace}. */
    public boolean hasTrace() {
        return trace != null;
    }

    /** Numbers of each instruction, where they were asked for. */
    public Trace trace() {
        return there(trace);
    }

    private static <T> T there(@Nullable T what) {
        if (what == null) {
            throw new IllegalStateException("this was not asked for");
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

    /** Which part of a text that is too long was read, in words; empty where all of it was. */
    public String contextNote() {
        return ids.length == given ? "" : "last " + ids.length + " of " + given + " tokens";
    }

    /** Where the images came from. */
    public Map<String, String> provenance() {
        Map<String, String> entries = new LinkedHashMap<>(model.provenance());
        if (!contextNote().isEmpty()) {
            entries.put("Context", contextNote());
        }
        return entries;
    }
}
