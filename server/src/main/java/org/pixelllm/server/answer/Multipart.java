package org.pixelllm.server.answer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Several bodies as one: each named by the file that the command would write. */
final class Multipart {

    private Multipart() {}

    /**
     * A part.
     *
     * @param name of its file
     * @param bytes a PNG file
     */
    record Part(String name, byte[] bytes) {}

    /** The parts as a body. PNG files have no line that begins with the boundary: it is made of their digest. */
    static Body of(List<Part> parts) {
        Digest digest = new Digest();
        parts.forEach(part -> digest.add(part.name()).add(part.bytes()));
        String boundary = "pixels-" + digest.hex().substring(0, 32);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Part part : parts) {
            String head =
                    "--%s\r\nContent-Type: image/png\r\nContent-Disposition: attachment; name=\"%s\"; filename=\"%s\"\r\nContent-Length: %d\r\n\r\n"
                            .formatted(
                                    boundary,
                                    part.name().substring(0, part.name().indexOf('.')),
                                    part.name(),
                                    part.bytes().length);
            body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            body.writeBytes(part.bytes());
            body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return new Body(Body.MULTIPART + "; boundary=" + boundary, body.toByteArray());
    }
}
