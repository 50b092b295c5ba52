package org.pixelllm.cli.folder;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.pixelllm.cli.answer.QuestionName;
import org.pixelllm.protocol.images.TokenImage;

/** Items of an input folder that have stopped a server, each with what its reason says. */
enum Hostile {
    PAGE("page.pxi", "HTML") {
        @Override
        void make(Path file) throws IOException {
            Files.writeString(file, "<html>");
        }
    },
    CUT("cut.pxi", "cut or damaged") {
        @Override
        void make(Path file) throws IOException {
            Files.write(file, Arrays.copyOf(question(), 50));
        }
    },
    BEYOND("beyond.pxi", "65535") {
        @Override
        void make(Path file) throws IOException {
            Files.write(file, new TokenImage(new int[] {65_535}).toPng(Map.of()));
        }
    },
    NO_UTF8("%FF%FE.pxi", "not UTF-8") {
        @Override
        void make(Path file) throws IOException {
            Files.write(file, question());
        }
    },
    /** Shown, it would be the same as the other. */
    NO_UTF8_EITHER("%FE%FF.pxi", "not UTF-8") {
        @Override
        void make(Path file) throws IOException {
            Files.write(file, question());
        }
    },
    TOO_LONG("n".repeat(245) + ".pxi", "too long") {
        @Override
        void make(Path file) throws IOException {
            Files.write(file, question());
        }
    },
    DANGLING("dangling.pxi", "a link to a file that does not exist") {
        @Override
        void make(Path file) throws IOException {
            Files.createSymbolicLink(file, Path.of("nothing"));
        }
    },
    LOOP("loop.pxi", "a loop of links") {
        @Override
        void make(Path file) throws IOException {
            Files.createSymbolicLink(file, file.getFileName());
        }
    },
    TO_A_FOLDER("to-a-folder.pxi", "a directory") {
        @Override
        void make(Path file) throws IOException {
            Files.createSymbolicLink(file, Path.of("."));
        }
    },
    TO_A_DEVICE("to-a-device.pxi", "not a regular file") {
        @Override
        void make(Path file) throws IOException {
            Files.createSymbolicLink(file, Path.of("/dev/zero"));
        }
    },
    PIPE("pipe.pxi", "not a regular file") {
        @Override
        void make(Path file) throws IOException {
            try {
                new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    },
    SOCKET("socket.pxi", "not a regular file") {
        @Override
        void make(Path file) throws IOException {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(file))
                    .close();
        }
    },
    /** Escapes commands to a terminal. */
    ESCAPES("%1B%5D0;hi%07.pxi", "HTML") {
        @Override
        void make(Path file) throws IOException {
            Files.writeString(file, "<html>");
        }
    };

    private final String name; // with %XX for bytes
    final String reason;

    Hostile(String name, String reason) {
        this.name = name;
        this.reason = reason;
    }

    private static byte[] question() {
        return new TokenImage(new int[] {65, 66}).toPng(Map.of());
    }

    /** Its place in a folder, under its very bytes. */
    Path in(Path folder) {
        String place = folder.toUri().getRawPath();
        return Path.of(URI.create("file://" + place + (place.endsWith("/") ? "" : "/") + name));
    }

    /** Whether its name cannot name other files. */
    boolean isHashed() {
        return this == NO_UTF8 || this == NO_UTF8_EITHER || this == TOO_LONG;
    }

    /** Neither a file nor a link, which another file system does not get. */
    boolean isOther() {
        return this == PIPE || this == SOCKET;
    }

    /** The name of the file with its reason. */
    String reasonFile() {
        return isHashed()
                ? new QuestionName(in(Path.of("/"))).hash() + ".txt"
                : URI.create("file:///" + name).getPath().substring(1).replace(".pxi", ".txt");
    }

    abstract void make(Path file) throws IOException;

    /** Puts it into a folder. */
    void put(Path folder) throws IOException {
        make(in(folder));
    }
}
