package org.pixelllm.pxvm.executor.simd;

/** How the arithmetic {@code simd-2} is computed. The bits are the same. */
public enum Form {

    /** Plain loops, which need nothing but Java and begin at once. */
    SCALAR,

    /** The Vector API, which must be among the modules that Java was started with. */
    VECTOR;

    /** The Vector API's module. */
    public static final String MODULE = "jdk.incubator.vector";

    /** Whether this Java was started with what a form needs. */
    public boolean isAvailable() {
        return switch (this) {
            case SCALAR -> true;
            case VECTOR -> ModuleLayer.boot().findModule(MODULE).isPresent();
        };
    }

    /** The faster one that is available. */
    public static Form fastest() {
        return VECTOR.isAvailable() ? VECTOR : SCALAR;
    }
}
