package org.pixelllm.webgpu.api;

import java.io.IOException;
import java.io.InputStream;
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
import java.nio.file.StandardCopyOption;
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
    private static @Nullable Path unpacked;

    private NativeLibrary() {}

    /**
     * Opens the library.
     *
     * @return the file, as a person knows it
     * @throws GpuUnavailableException where there is none
     */
    public static synchronized String open() {
        if (symbols == null) {
            if (isLinux()) {
                // Without a window system Mesa's EGL needs to be told so, before anything opens it.
                setEnvironment("EGL_PLATFORM", "surfaceless");
            }
            Path file = find();
            try {
                symbols = SymbolLookup.libraryLookup(file, Arena.global());
            } catch (IllegalArgumentException e) {
                throw new GpuUnavailableException(
                        "the WebGPU library " + file + " cannot be opened: " + e.getMessage());
            }
            if (symbols.find("wgpuCreateInstance").isEmpty()) {
                symbols = null;
                throw new GpuUnavailableException(
                        file + " is no WebGPU library: it has no wgpuCreateInstance. Name another with -D" + PROPERTY);
            }
        }
        return name;
    }

    private static Path find() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            Path file = Path.of(named);
            if (!Files.isRegularFile(file)) {
                throw new GpuUnavailableException("-D" + PROPERTY + " names " + named + ", which is no file");
            }
            name = named;
            return file.toAbsolutePath();
        }
        String place = FOLDER + "/" + platform() + "/" + file();
        name = file();
        try {
            URL packed = NativeLibrary.class.getClassLoader().getResource(place);
            if (packed != null) {
                return packed.getProtocol().equals("file") ? Path.of(packed.toURI()) : unpack(packed);
            }
        } catch (IOException | URISyntaxException e) {
            throw new GpuUnavailableException("the WebGPU library cannot be unpacked: " + e.getMessage());
        }
        Path built = Path.of(System.getProperty("pixelllm.home", "."), "webgpu/target/classes", place);
        if (Files.isRegularFile(built)) {
            return built.toAbsolutePath();
        }
        throw new GpuUnavailableException(
                "there is no WebGPU library for " + platform() + ". The build fetches it where npm is installed"
                        + " (./build with npm on the PATH); or name one with -D" + PROPERTY + "=FILE.");
    }

    private static Path unpack(URL packed) throws IOException {
        Path copy = Files.createTempFile("pixel-llm-", "-" + file());
        unpacked = copy;
        try (InputStream from = packed.openStream()) {
            Files.copy(from, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    /** What is open needs its file no more, except on Windows. */
    private static void removeUnpacked() {
        Path copy = unpacked;
        if (copy != null && !copy.toFile().delete()) {
            copy.toFile().deleteOnExit();
        }
        unpacked = null;
    }

    private static boolean isLinux() {
        return platform().startsWith("linux");
    }

    /** As npm's packages are named. */
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

    /** A Java method as a C function, for ever. It must not throw. */
    static MemorySegment callback(MethodHandles.Lookup in, String method, FunctionDescriptor type) {
        try {
            MethodType java = type.toMethodType();
            return LINKER.upcallStub(in.findStatic(in.lookupClass(), method, java), type, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a downcall threw: nothing that a caller could handle. */
    static RuntimeException failed(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }
}
