package org.pixelllm.cli.folder;

import java.nio.file.Path;
import org.pixelllm.cli.answer.AnswerNames;
import org.pixelllm.protocol.images.TokenImage;

/**
 * A token image that was read.
 *
 * @param file where it is
 * @param tokens its content
 * @param request what is asked with it
 */
record Question(Path file, TokenImage tokens, Request request) {

    /** What the names of its answers begin with. */
    String name() {
        return AnswerNames.baseName(file);
    }
}
