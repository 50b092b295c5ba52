package org.pixelllm.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Standard output that says when it fails: a {@link java.io.PrintStream} keeps that to itself. */
final class StandardOutput extends OutputStream {

    private final FileOutputStream file = new FileOutputStream(FileDescriptor.out);

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        try {
            file.write(bytes, from, length);
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }
}
