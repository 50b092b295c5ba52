package org.pixelllm.pxvm.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * The tables of the instruction set in {@code docs/pxvm.md} are made from the code. Run with {@code -Dpixelllm.update=true}
 * to write them anew.
 */
class OpcodePageTest {

    private static final Path PAGE = Path.of(System.getProperty("pixelllm.root"), "docs", "pxvm.md");

    @Test
    void thePageShowsTheTablesAsTheyAre() throws IOException {
        String page = Files.readString(PAGE);
        String made = page;
        made = replace(made, "opcodes", opcodes());
        made = replace(made, "roles", roles());
        made = replace(made, "types", types());
        if (Boolean.getBoolean("pixelllm.update")) {
            Files.writeString(PAGE, made);
        } else {
            assertThat(page).isEqualTo(made);
        }
    }

    private static String replace(String page, String name, String content) {
        String start = "<!-- made from the code: " + name + " -->\n";
        String end = "<!-- end -->";
        int from = page.indexOf(start);
        assertThat(from).as("the mark of %s", name).isNotNegative();
        from += start.length();
        return page.substring(0, from) + content + page.substring(page.indexOf(end, from));
    }

    private static String opcodes() {
        StringBuilder table = new StringBuilder("| opcode | colour | writes | reads | attributes | meaning |\n");
        table.append("|---|---|---|---|---|---|\n");
        for (Opcode opcode : Opcode.values()) {
            table.append("| `%s` | `#%06x` | %s | %s | %s | %s |\n"
                    .formatted(
                            opcode.mnemonic(),
                            opcode.colour(),
                            place(opcode.result()),
                            list(opcode.operands().stream()
                                    .map(OpcodePageTest::place)
                                    .toList()),
                            list(opcode.attributes().stream()
                                    .map(Attribute::name)
                                    .toList()),
                            opcode.meaning()));
        }
        return table.toString();
    }

    private static String place(Operand operand) {
        String shape = operand.shape().replace(" ", ", ");
        String note = switch (operand.kind()) {
            case STATE -> " state";
            case WEIGHT, TABLE -> " weight";
            default -> "";
        };
        return "%s [%s]%s%s".formatted(operand.name(), shape, note, operand.optional() ? ", optional" : "");
    }

    private static String list(List<String> parts) {
        return parts.isEmpty() ? "none" : parts.stream().collect(Collectors.joining("; "));
    }

    private static String roles() {
        StringBuilder table = new StringBuilder("| role | colour |\n|---|---|\n");
        for (Role role : Role.values()) {
            table.append("| `%s` | `#%06x` |\n".formatted(role.word(), role.colour()));
        }
        return table.toString();
    }

    private static String types() {
        StringBuilder table = new StringBuilder("| type | code | may be a weight |\n|---|---|---|\n");
        for (ElementType type : ElementType.values()) {
            table.append(
                    "| `%s` | %d | %s |\n".formatted(type.word(), type.code(), type.isWeightType() ? "yes" : "no"));
        }
        return table.toString();
    }
}
