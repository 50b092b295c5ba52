package org.pixelllm.protocol.attacks;

import java.nio.file.Path;
import org.pixelllm.protocol.images.TokenImage;

/** The victim: reads each file named on its command line, and prints what came of it. */
final class AttackReader {

    private AttackReader() {}

    @SuppressWarnings("CatchAndPrintStackTrace")
    public static void main(String[] files) {
        for (String file : files) {
            String outcome;
            try {
                outcome = "ok\t" + TokenImage.read(Path.of(file)).count();
            } catch (Throwable e) { // an Error is an outcome too
                outcome = e.getClass().getName() + "\t" + e.getMessage();
            }
            System.out.println(file + "\t" + outcome.replace('\n', ' '));
        }
    }
}
