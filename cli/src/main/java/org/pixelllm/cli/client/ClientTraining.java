package org.pixelllm.cli.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the launcher runs once to make the client's cache of loaded classes: a conversation with one who answers by rote. */
public final class ClientTraining {

    private static final String ANSWER = """
            pixel-llm/1 begun
            pixel-llm/1 out length=2
            A
            pixel-llm/1 err length=0
            pixel-llm/1 input
            pixel-llm/1 columns
            pixel-llm/1 sync
            pixel-llm/1 exit code=0
            """;

    private ClientTraining() {}

    /**
     * Runs it.
     *
     * @param args a folder for the socket
     */
    public static void main(String[] args) throws Exception {
        Path socket = Files.createDirectories(Path.of(args[0])).resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().start(() -> answer(server));
            System.setProperty("pixelllm.daemon.socket", socket.toString());
            Client.run("pxOS evolution");
            try (Conversation conversation = new Conversation(
                    socket.toString(),
                    new ByteArrayInputStream(new byte[1]),
                    new ByteArrayOutputStream(),
                    new ByteArrayOutputStream(),
                    () -> 80)) {
                conversation.run(CommandLine.ofProcess("-"));
            }
        }
        System.exit(0);
    }

    private static void answer(ServerSocketChannel server) {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                channel.write(ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            // The training is over.
        }
    }
}
