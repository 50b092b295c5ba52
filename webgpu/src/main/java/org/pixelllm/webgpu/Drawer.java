package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Dispatches;
import org.pixelllm.webgpu.api.Pipeline;

/** Draws the rows of logits of a pass on the GPU: each becomes the pixels of its prediction and of its heat map. */
final class Drawer implements AutoCloseable {

    /** {@code draw.wgsl} has the same numbers. */
    static final int MOST = 64;

    private static final int PART = 1024;

    private static final int FIND_BYTES = 8;
    private static final int THREADS = 64;

    /** Bytes of a pixel. */
    private static final int PIXEL = 3;

    private final Loaded loaded;
    private final int heatmapWords;
    private final Buffer tops;
    private final Buffer wanted;
    private final Buffer finds;
    private final Buffer drawn;
    private final Buffer readBack;
    private final List<Dispatch> dispatches;
    private int[] told = {}; // the tops that the GPU knows, for the rows of a pass

    Drawer(Loaded loaded) {
        this.loaded = loaded;
        Program program = loaded.program();
        int vocabulary = program.vocabulary();
        int rows = loaded.maxRows();
        int parts = Math.ceilDiv(vocabulary, PART);
        int lines = Math.ceilDiv(vocabulary, LogitsHeatmap.WIDTH);
        this.heatmapWords = PIXEL * LogitsHeatmap.WIDTH / 4 * lines;
        this.tops = storage(4L * rows);
        this.wanted = Buffer.create(loaded.gpu().device(), Buffer.Use.UNIFORM, 16);
        this.finds = storage((long) FIND_BYTES * rows * parts * (MOST + 1));
        long pixels = 4L * rows * rowWords(MOST);
        this.drawn = storage(pixels);
        this.readBack = Buffer.create(loaded.gpu().device(), Buffer.Use.READ_BACK, pixels);
        BindGroup.Entry shape =
                loaded.uniforms().add(0, vocabulary, Loaded.pitch(program.tensor(program.output())), parts);
        BindGroup.Entry logits = whole(3, loaded.values(program.output()));
        this.dispatches = List.of(
                dispatch(
                        reach -> Dispatch.flat((long) reach.rows() * parts, 1),
                        List.of(shape, whole(2, loaded.now()), logits, whole(4, tops), whole(5, finds)),
                        "draw",
                        "draw_best",
                        "draw_finds"),
                dispatch(
                        reach -> Dispatch.flat(reach.rows(), 1),
                        List.of(
                                shape,
                                whole(1, wanted),
                                whole(2, loaded.now()),
                                whole(3, finds),
                                whole(4, tops),
                                whole(5, drawn)),
                        "draw",
                        "draw_best",
                        "draw_prediction"),
                dispatch(
                        reach -> Dispatch.flat((long) reach.rows() * lines * LogitsHeatmap.WIDTH / 4, THREADS),
                        List.of(
                                shape,
                                whole(1, wanted),
                                whole(2, loaded.now()),
                                logits,
                                whole(4, finds),
                                whole(5, drawn)),
                        "draw",
                        "draw_heatmap"));
    }

    private Buffer storage(long bytes) {
        return Buffer.create(loaded.gpu().device(), Buffer.Use.STORAGE, bytes);
    }

    private static BindGroup.Entry whole(int binding, Buffer buffer) {
        return new BindGroup.Entry(binding, buffer, 0, buffer.size());
    }

    private Dispatch dispatch(Dispatch.Extent extent, List<BindGroup.Entry> entries, String... files) {
        Pipeline pipeline = loaded.gpu().pipeline(0, files);
        BindGroup group = loaded.keep(BindGroup.create(loaded.gpu().device(), pipeline, 0, entries));
        return new Dispatch(pipeline, group, Dispatch.NONE, extent);
    }

    private static int predictionWords(int top) {
        return Math.ceilDiv(PIXEL * top, 4);
    }

    private int rowWords(int top) {
        return predictionWords(top) + heatmapWords;
    }

    /** Says how many tokens each row's prediction holds, if that is not known from the pass before. */
    private void tell(int[] now) {
        if (Arrays.equals(now, told)) {
            return;
        }
        int most = Arrays.stream(now).max().orElseThrow();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_INT, now);
            loaded.gpu().device().queue().write(tops, 0, numbers, numbers.byteSize());
            MemorySegment places =
                    arena.allocateFrom(ValueLayout.JAVA_INT, predictionWords(most), rowWords(most), 0, 0);
            loaded.gpu().device().queue().write(wanted, 0, places, places.byteSize());
        }
        told = now;
    }

    /** Draws all rows of a pass behind what was said before. */
    void draw(Commands commands, Pass pass, int[] now) {
        dispatch(commands, pass, now);
        commands.copy(drawn, 0, readBack, 0, bytes());
    }

    /** Draws without a copy for the CPU. */
    void dispatch(Dispatches commands, Pass pass, int[] now) {
        tell(now);
        for (Dispatch each : dispatches) {
            pass.dispatch(commands, each);
        }
    }

    /** Where the drawn rows lie, one behind the other. */
    Buffer drawn() {
        return drawn;
    }

    /** Bytes of all that was drawn last. */
    long bytes() {
        return 4L * told.length * rowWords(Arrays.stream(told).max().orElseThrow());
    }

    /** Waits for the pixels of what was drawn. */
    DrawnRow[] read() {
        DrawnRow[] rows = new DrawnRow[told.length];
        readBack.read(bytes(), from -> {
            for (int i = 0; i < rows.length; i++) {
                rows[i] = row(from, i);
            }
        });
        return rows;
    }

    /** One of the rows that were drawn last, from a copy of them. */
    DrawnRow row(MemorySegment from, int i) {
        long row = bytes() / told.length;
        byte[] prediction = bytes(from, i * row, PIXEL * told[i]);
        byte[] heatmap = bytes(from, (i + 1) * row - 4L * heatmapWords, 4 * heatmapWords);
        return new DrawnRow(prediction, heatmap);
    }

    private static byte[] bytes(MemorySegment from, long at, int count) {
        return from.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        List.of(tops, wanted, finds, drawn, readBack).forEach(Buffer::close);
    }
}
