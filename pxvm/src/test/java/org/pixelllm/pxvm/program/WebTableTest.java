package org.pixelllm.pxvm.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The machine in the browser reads the opcode table from {@code web/machine/opcodes.js}, which is made from the code. Run
 * with {@code -Dpixelllm.update=true} to write it anew.
 */
class WebTableTest {

    private static final Path FILE = Path.of(System.getProperty("pixelllm.root"), "web", "machine", "opcodes.js");

    @Test
    void theFileIsTheTable() throws IOException {
        if (Boolean.getBoolean("pixelllm.update")) {
            Files.writeString(FILE, file());
        } else {
            assertThat(Files.readString(FILE)).isEqualTo(file());
        }
    }

    private static String file() {
        return """
                // Made from the opcode table of the pxVM (WebTableTest); not to be changed by hand.

                /** The bounds of every program. */
                export const LIMITS = %s;

                /** What a tensor is for, by its colour. */
                export const ROLES = {
                %s
                };

                /** Instructions, by their colour. */
                export const OPCODES = [
                %s
                ];
                """.formatted(limits(), roles(), opcodes());
    }

    private static String limits() {
        return "{ tensors: %d, instructions: %d, context: %d, rank: %d, width: %d, elements: %d }"
                .formatted(
                        Limits.TENSORS,
                        Limits.INSTRUCTIONS,
                        Limits.CONTEXT,
                        Limits.RANK,
                        Limits.WIDTH,
                        Limits.ELEMENTS);
    }

    private static String roles() {
        return Arrays.stream(Role.values())
                .map(role -> "    0x%06x: '%s',".formatted(role.colour(), role.word()))
                .collect(Collectors.joining("\n"));
    }

    private static String opcodes() {
        return Arrays.stream(Opcode.values()).map(WebTableTest::row).collect(Collectors.joining("\n"));
    }

    private static String row(Opcode opcode) {
        return """
                {
                    name: '%s', colour: 0x%06x, meaning: %s,
                    result: %s,
                    operands: [%s],
                    attributes: [%s],
                },""".indent(4).stripTrailing().formatted(
                opcode.mnemonic(),
                opcode.colour(),
                text(opcode.meaning()),
                operand(opcode.result()),
                list(opcode.operands().stream().map(WebTableTest::operand).toList()),
                list(opcode.attributes().stream().map(WebTableTest::attribute).toList()));
    }

    private static String list(List<String> lines) {
        return lines.isEmpty()
                ? ""
                : lines.stream().map(line -> "\n" + " ".repeat(12) + line + ",").collect(Collectors.joining()) + "\n"
                        + " ".repeat(8);
    }

    private static String operand(Operand operand) {
        return "{ name: '%s', kind: '%s', optional: %b, shape: '%s' }"
                .formatted(operand.name(), operand.kind(), operand.optional(), operand.shape());
    }

    private static String attribute(Attribute attribute) {
        return "{ name: '%s', kind: '%s', min: %s, max: %s }"
                .formatted(attribute.name(), attribute.kind(), attribute.min(), attribute.max());
    }

    private static String text(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
