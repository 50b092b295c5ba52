package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.Dispatches;
import org.pixelllm.webgpu.api.Pipeline;
import org.pixelllm.webgpu.kernel.Find;
import org.pixelllm.webgpu.kernel.Kernel;
import org.pixelllm.webgpu.kernel.Kernels;
import org.pixelllm.webgpu.kernel.PictureLayout;
import org.pixelllm.webgpu.kernel.Shape;
import org.pixelllm.webgpu.kernel.Slot;
import org.pixelllm.webgpu.kernel.Struct;

/** Draws the rows of logits of a pass on the GPU: each becomes the pixels of its prediction and of its heat map. */
final class Drawer implements AutoCloseable {

    /** Bytes of a {@link PictureLayout}, filled up to 16. */
    private static final int LAYOUT_BYTES = 16;

    /** Bytes of a pixel. */
    private static final int PIXEL = 3;

    private final Gpu gpu;
    private final Device device;
    private final Resources resources = new Resources();
    private final PxiVersion version;
    private final int heatmapWords;
    private final Buffer tops;
    private final Buffer layout;
    private final Buffer drawn;
    private final Buffer readBack;
    private final List<Dispatch> dispatches;
    private int[] uploadedTops = {}; // of the rows of the last pass

    /** Takes its memory; where that fails, nothing is kept. */
    Drawer(Gpu gpu, MemoryPlan plan, DeviceMemory memory) {
        this.gpu = gpu;
        this.device = gpu.device();
        int vocabulary = plan.program().vocabulary();
        this.version = PxiVersion.of(vocabulary);
        int rows = plan.maxRows();
        int parts = Math.ceilDiv(vocabulary, Kernels.PART);
        int lines = Math.ceilDiv(vocabulary, LogitsHeatmap.WIDTH);
        this.heatmapWords = PIXEL * LogitsHeatmap.WIDTH / 4 * lines;
        try {
            this.tops = storage(4L * rows);
            this.layout = resources.add(Buffer.create(device, Buffer.Use.UNIFORM, LAYOUT_BYTES));
            Buffer finds = storage((long) Struct.bytes(Find.class) * rows * parts * Kernels.FINDS);
            long pixels = 4L * rows * rowWords(Kernels.MAX_TOP);
            this.drawn = storage(pixels);
            this.readBack = resources.add(Buffer.create(device, Buffer.Use.READ_BACK, pixels));
            BindGroup.Entry shape = new Uniforms(device, resources)
                    .add(Slot.SHAPE, new Shape.Draw(vocabulary, plan.logitsPitch(), parts));
            BindGroup.Entry now = whole(Slot.NOW, memory.now());
            BindGroup.Entry picture = whole(Slot.PICTURE, layout);
            Kernel finding = Kernels.drawFinds();
            Kernel predicting = Kernels.drawPrediction();
            Kernel mapping = Kernels.drawHeatmap();
            this.dispatches = List.of(
                    dispatch(
                            finding,
                            work -> finding.workgroups((long) work.rows() * parts),
                            shape,
                            now,
                            whole(Slot.FIRST, memory.logits()),
                            whole(Slot.SECOND, tops),
                            whole(Slot.RESULT, finds)),
                    dispatch(
                            predicting,
                            work -> predicting.workgroups(work.rows()),
                            shape,
                            now,
                            picture,
                            whole(Slot.FIRST, finds),
                            whole(Slot.SECOND, tops),
                            whole(Slot.RESULT, drawn)),
                    dispatch(
                            mapping,
                            work -> mapping.workgroups((long) work.rows() * lines * LogitsHeatmap.WIDTH / 4),
                            shape,
                            now,
                            picture,
                            whole(Slot.FIRST, memory.logits()),
                            whole(Slot.SECOND, finds),
                            whole(Slot.RESULT, drawn)));
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    private Buffer storage(long bytes) {
        return resources.add(Buffer.create(device, Buffer.Use.STORAGE, bytes));
    }

    private static BindGroup.Entry whole(Slot slot, Buffer buffer) {
        return new BindGroup.Entry(slot.number(), buffer, 0, buffer.size());
    }

    private Dispatch dispatch(Kernel kernel, Dispatch.Extent extent, BindGroup.Entry... entries) {
        Pipeline pipeline = gpu.pipeline(kernel);
        BindGroup group = resources.add(BindGroup.create(device, pipeline, 0, List.of(entries)));
        return new Dispatch(pipeline, group, Dispatch.NONE, extent);
    }

    private int predictionWords(int top) {
        return Math.ceilDiv(DrawnRow.tokenBytes(version) * top, 4);
    }

    private int rowWords(int top) {
        return predictionWords(top) + heatmapWords;
    }

    /** Uploads how many tokens the prediction of each row holds, unless the GPU has it from the last pass. */
    private void upload(int[] topOfRows) {
        if (Arrays.equals(topOfRows, uploadedTops)) {
            return;
        }
        int most = Arrays.stream(topOfRows).max().orElseThrow();
        int[] words = new PictureLayout(predictionWords(most), rowWords(most)).words();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_INT, topOfRows);
            device.queue().write(tops, 0, numbers, numbers.byteSize());
            MemorySegment places = arena.allocate(LAYOUT_BYTES, 4);
            MemorySegment.copy(words, 0, places, ValueLayout.JAVA_INT, 0, words.length);
            device.queue().write(layout, 0, places, LAYOUT_BYTES);
        }
        uploadedTops = topOfRows;
    }

    /** Draws all rows of a pass after the commands so far, and copies the pixels to where they can be read. */
    void draw(Commands commands, Pass pass, int[] topOfRows) {
        dispatch(commands, pass, topOfRows);
        commands.copy(drawn, 0, readBack, 0, bytes());
    }

    /** Draws without a copy for the CPU. */
    void dispatch(Dispatches commands, Pass pass, int[] topOfRows) {
        upload(topOfRows);
        for (Dispatch each : dispatches) {
            pass.dispatch(commands, each);
        }
    }

    /** The drawn rows, one after the other. */
    Buffer drawn() {
        return drawn;
    }

    /** Bytes of all rows that were drawn last. */
    long bytes() {
        return 4L
                * uploadedTops.length
                * rowWords(Arrays.stream(uploadedTops).max().orElseThrow());
    }

    /** Waits for the pixels of what was drawn. */
    DrawnRow[] read() {
        DrawnRow[] rows = new DrawnRow[uploadedTops.length];
        readBack.read(bytes(), from -> {
            for (int i = 0; i < rows.length; i++) {
                rows[i] = row(from, i);
            }
        });
        return rows;
    }

    /** One of the rows that were drawn last, from a copy of them. */
    DrawnRow row(MemorySegment from, int i) {
        long row = bytes() / uploadedTops.length;
        byte[] prediction = bytes(from, i * row, DrawnRow.tokenBytes(version) * uploadedTops[i]);
        byte[] heatmap = bytes(from, (i + 1) * row - 4L * heatmapWords, 4 * heatmapWords);
        return new DrawnRow(version, prediction, heatmap);
    }

    private static byte[] bytes(MemorySegment from, long at, int count) {
        return from.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        resources.close();
    }
}
