package org.pixelllm.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.pixelllm.forge.train.data.TextFile;
import org.pixelllm.protocol.fault.InvalidContentException;

/** The process's arguments as their caller gave them: Java has decoded them with the locale, whatever that is. */
public final class RawArguments {

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /**
     * The arguments, read as UTF-8 where the system shows their bytes.
     *
     * @throws InvalidContentException one is not UTF-8
     */
    public static String[] of(String[] args) throws InvalidContentException {
        for (String each : args) {
            if (!isAscii(each)) {
                return read(args);
            }
        }
        return args;
    }

    private static String[] read(String[] args) throws InvalidContentException {
        try {
            return read(args, Files.readAllBytes(COMMAND_LINE));
        } catch (InvalidContentException e) {
            throw e;
        } catch (IOException e) {
            return args; // a system that does not show it
        }
    }

    /** The last arguments of a command line, each with a NUL after it; Java's where they are not the same ones. */
    static String[] read(String[] args, byte[] commandLine) throws InvalidContentException {
        String[] read = new String[args.length];
        int end = commandLine.length;
        for (int i = args.length - 1; i >= 0; i--) {
            int from = end - 1;
            while (from > 0 && commandLine[from - 1] != 0) {
                from--;
            }
            if (from < 0) {
                return args;
            }
            byte[] bytes = Arrays.copyOfRange(commandLine, from, end - 1);
            if (isAscii(args[i])) {
                if (!args[i].equals(new String(bytes, StandardCharsets.ISO_8859_1))) {
                    return args;
                }
                read[i] = args[i];
            } else {
                read[i] = TextFile.decode("argument " + (i + 1), bytes);
            }
            end = from;
        }
        return read;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
