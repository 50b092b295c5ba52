package org.pixelllm.webgpu.api;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The native library, found and opened once: the one that {@value #PROPERTY} names, else the one in this module's jar,
 * else the one that the build of the repository at {@code pixelllm.home} fetched.
 */
@SuppressWarnings("restricted")
public final class NativeLibrary {

    /** Names another library of the same {@code webgpu.h}. */
    public static final String PROPERTY = "pixelllm.webgpu.library";

    private static final String FOLDER = "org/pixelllm/webgpu/natives";
    private static final Linker LINKER = Linker.nativeLinker();

    private static @Nullable SymbolLookup symbols;
    private static String name = "";

    private NativeLibrary() {}

    /**
     * Opens the library.
     *
     * @return the name of the file, for messages
     * @throws GpuUnavailableException where there is none
     */
    public static synchronized String open() {
        if (symbols == null) {
            if (isLinux()) {
                // Where there is no window system, Mesa's EGL needs this before anything opens it.
                setEnvironment("EGL_PLATFORM", "surfaceless");
            }
            symbols = load();
        }
        return name;
    }

    private static SymbolLookup load() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            Path file = Path.of(named);
            if (!Files.isRegularFile(file)) {
                throw new GpuUnavailableException("-D" + PROPERTY + " names " + named + ", which is no file");
            }
            name = named;
            return load(file.toAbsolutePath());
        }
        String place = FOLDER + "/" + platform() + "/" + file();
        name = file();
        try {
            URL packed = NativeLibrary.class.getClassLoader().getResource(place);
            if (packed != null) {
                return packed.getProtocol().equals("file") ? load(Path.of(packed.toURI())) : loadPacked(packed);
            }
        } catch (IOException | URISyntaxException e) {
            throw new GpuUnavailableException("the WebGPU library cannot be unpacked: " + e.getMessage());
        }
        Path built = Path.of(System.getProperty("pixelllm.home", "."), "webgpu/target/classes", place);
        if (Files.isRegularFile(built)) {
            return load(built.toAbsolutePath());
        }
        throw new GpuUnavailableException(
                "there is no WebGPU library for " + platform() + ". The build fetches it where npm is installed"
                        + " (./build with npm on the PATH); or name one with -D" + PROPERTY + "=FILE.");
    }

    private static SymbolLookup loadPacked(URL packed) throws IOException {
        try (UnpackedLibrary unpacked = UnpackedLibrary.of(packed, file())) {
            return load(unpacked.file());
        }
    }

    private static SymbolLookup load(Path file) {
        SymbolLookup found;
        try {
            found = SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new GpuUnavailableException("the WebGPU library " + file + " cannot be opened: " + e.getMessage());
        }
        if (found.find("wgpuCreateInstance").isEmpty()) {
            throw new GpuUnavailableException(
                    file + " is no WebGPU library: it has no wgpuCreateInstance. Name another with -D" + PROPERTY);
        }
        return found;
    }

    private static boolean isLinux() {
        return platform().startsWith("linux");
    }

    /** As in the names of npm's packages. */
    static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String cpu = System.getProperty("os.arch", "");
        String system = os.contains("mac") ? "darwin" : os.contains("windows") ? "win32" : "linux";
        return system + "-" + (cpu.equals("aarch64") ? "arm64" : cpu.equals("amd64") ? "x64" : cpu);
    }

    private static String file() {
        if (platform().startsWith("win32")) {
            return "webgpu_wrapper.dll";
        }
        return platform().startsWith("darwin") ? "libwebgpu_wrapper.dylib" : "libwebgpu_wrapper.so";
    }

    /** Sets a variable that is not set, in this process's C library. */
    private static void setEnvironment(String variable, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle setenv = LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("setenv"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            int ignored = (int)
                    setenv.invokeExact(arena.allocateFrom(variable), arena.allocateFrom(value), /* overwrite */ 0);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A function of the open library. */
    static MethodHandle function(String function, FunctionDescriptor type) {
        SymbolLookup from = symbols;
        if (from == null) {
            throw new IllegalStateException("the library is not open");
        }
        return LINKER.downcallHandle(from.findOrThrow(function), type);
    }

    /** A static method as a C function that is never freed. The method must not throw. */
    static MemorySegment callback(MethodHandles.Lookup lookup, Class<?> owner, String method, FunctionDescriptor type) {
        try {
            MethodType java = type.toMethodType();
            return LINKER.upcallStub(lookup.findStatic(owner, method, java), type, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What to throw for what a downcall threw, which no caller could handle. */
    static RuntimeException failed(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }
}
