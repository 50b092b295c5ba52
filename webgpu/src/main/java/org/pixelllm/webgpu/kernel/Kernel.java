package org.pixelllm.webgpu.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * A kernel: one compute shader in a complete text, with the entry point {@code main}. Its declarations (constants,
 * structs, bindings) are written here; the rest are sources of {@code wgsl/}.
 */
public final class Kernel {

    /** The most workgroups of a dispatch in one dimension. */
    public static final int MAX_WORKGROUPS = 65_535;

    private final String name;
    private final int threads;
    private final boolean workgroupEach;
    private final Builder declarations;

    private Kernel(Builder from) {
        this.name = from.name;
        this.threads = from.threads;
        this.workgroupEach = from.workgroupEach;
        this.declarations = from;
    }

    /** Its name, which no other kernel has. */
    public String name() {
        return name;
    }

    /** Threads of a workgroup. */
    public int threads() {
        return threads;
    }

    /** What it reads and writes. */
    public List<Binding> bindings() {
        return List.copyOf(declarations.bindings);
    }

    /** WGSL that can be compiled as it is. */
    public String text() {
        return declarations.text();
    }

    /** The beginning of {@link #text}: constants, structs and bindings. */
    public String declarations() {
        return declarations.head();
    }

    /** The files of {@code wgsl/} that follow them, named without their ending. */
    public List<String> sources() {
        return List.copyOf(declarations.sources);
    }

    /** Whether a dispatch has a workgroup for each item of work, and not a thread. */
    public boolean hasWorkgroupEach() {
        return workgroupEach;
    }

    /** One of the files of {@code wgsl/}, named without its ending. */
    public static String source(String file) {
        return Builder.read(file);
    }

    /**
     * The workgroups for this many items of work, spread over x and y: a workgroup for each item, or a thread.
     *
     * @return x, y and z; x and y are 0 where there are no items
     */
    public int[] workgroups(long items) {
        return spread(workgroupEach ? items : Math.ceilDiv(items, (long) threads));
    }

    /**
     * The workgroups for items in rows: those of a row in x, the rows spread over y and z.
     *
     * @param items in a row
     */
    public int[] workgroups(int items, long rows) {
        int[] yz = spread(rows);
        return new int[] {workgroupEach ? items : Math.ceilDiv(items, threads), yz[0], yz[1]};
    }

    private static int[] spread(long groups) {
        if (groups == 0) {
            return new int[] {0, 0, 1};
        }
        long y = Math.ceilDiv(groups, (long) MAX_WORKGROUPS);
        return new int[] {(int) Math.ceilDiv(groups, y), (int) y, 1};
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects the declarations of a kernel. */
    static final class Builder {
        private final String name;
        private final int threads;
        private final boolean workgroupEach;
        private final SequencedMap<String, Integer> constants = new LinkedHashMap<>();
        private final SequencedSet<Class<? extends Struct>> structs = new LinkedHashSet<>();
        private final List<Binding> bindings = new ArrayList<>();
        private final List<String> sources = new ArrayList<>();

        private Builder(String name, int threads, boolean workgroupEach) {
            this.name = name;
            this.threads = threads;
            this.workgroupEach = workgroupEach;
            constant("THREADS", threads);
        }

        /** A kernel with a thread for each item of work. */
        static Builder threadEach(String name, int threads) {
            return new Builder(name, threads, false);
        }

        /** A kernel with a workgroup for each item of work. */
        static Builder workgroupEach(String name, int threads) {
            return new Builder(name, threads, true);
        }

        Builder constant(String constant, int value) {
            constants.put(constant, value);
            return this;
        }

        /** Declares a struct of which a buffer holds many. */
        Builder struct(Class<? extends Struct> type) {
            structs.add(type);
            return this;
        }

        /** Declares a struct, and the uniform that is one. */
        Builder uniform(Slot slot, String variable, Class<? extends Struct> type, String holds) {
            bindings.add(new Binding(slot, Binding.Access.UNIFORM, variable, Struct.name(type), holds));
            return struct(type);
        }

        Builder shape(Class<? extends Shape> type) {
            return uniform(Slot.SHAPE, "shape", type, "sizes of the tensors");
        }

        Builder session() {
            return uniform(Slot.SESSION, "session", Session.class, "its tokens in this pass");
        }

        /** Declares what changes with every pass, and where in it things are. */
        Builder now() {
            constant("TOKENS", Now.TOKENS);
            constant("ROWS", Now.ROWS);
            constant("POSITIONS", Now.POSITIONS);
            return reads(Slot.NOW, "now", "array<u32>", "T, R, [T] positions, [R] rows asked for, token image");
        }

        Builder weight(WeightLayout layout) {
            layout.constants().forEach(this::constant);
            reads(Slot.WEIGHT, "weight", layout.arrayType(), "groups of rows, as page rows hold them");
            uniform(Slot.PLACE, "place", Place.class, "where they lie");
            sources.addAll(layout.sources());
            return this;
        }

        Builder reads(Slot slot, String variable, String type, String holds) {
            bindings.add(new Binding(slot, Binding.Access.READ, variable, type, holds));
            return this;
        }

        Builder writes(Slot slot, String variable, String type, String holds) {
            bindings.add(new Binding(slot, Binding.Access.WRITE, variable, type, holds));
            return this;
        }

        /** Ends the declarations with files of {@code wgsl/}, named without their ending. */
        Kernel of(String... files) {
            sources.addAll(Arrays.asList(files));
            return new Kernel(this);
        }

        private String text() {
            StringBuilder all = new StringBuilder(head());
            sources.forEach(each -> all.append('\n').append(read(each)));
            return all.toString();
        }

        private String head() {
            StringBuilder all = new StringBuilder("// " + name + "\n\n");
            for (Map.Entry<String, Integer> each : constants.entrySet()) {
                all.append("const %s = %du;\n".formatted(each.getKey(), each.getValue()));
            }
            for (Class<? extends Struct> each : structs) {
                all.append('\n').append(Struct.declaration(each));
            }
            all.append('\n');
            bindings.forEach(each -> all.append(each.declaration()));
            return all.toString();
        }

        private static String read(String file) {
            try (InputStream from = Kernel.class.getResourceAsStream("/org/pixelllm/webgpu/wgsl/" + file + ".wgsl")) {
                if (from == null) {
                    throw new IllegalStateException("wgsl/" + file + ".wgsl is missing from this build");
                }
                return new String(from.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
