package org.pixelllm.webgpu.api;

/** A program that loads the library and ends. */
final class LoadsLibrary {

    private LoadsLibrary() {}

    public static void main(String[] args) {
        System.out.println("loaded " + NativeLibrary.open());
    }
}
