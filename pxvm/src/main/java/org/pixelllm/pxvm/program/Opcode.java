package org.pixelllm.pxvm.program;

import static org.pixelllm.pxvm.program.Attribute.real;
import static org.pixelllm.pxvm.program.Attribute.whole;
import static org.pixelllm.pxvm.program.Operand.optionalWeight;
import static org.pixelllm.pxvm.program.Operand.state;
import static org.pixelllm.pxvm.program.Operand.table;
import static org.pixelllm.pxvm.program.Operand.tokens;
import static org.pixelllm.pxvm.program.Operand.value;
import static org.pixelllm.pxvm.program.Operand.weight;
import static org.pixelllm.pxvm.program.Operand.writes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The opcode table: the one place that says which instructions exist. The assembler, the disassembler, the validator,
 * the documentation page and the colours of the program image are driven by it; a colour identifies its opcode in
 * images and never changes.
 */
public enum Opcode {
    EMBED(
            "embed",
            0xF4A261,
            "y[t] = table[tokens[t]]: one row of the table for each token",
            writes("y", "T d"),
            List.of(tokens("tokens", "T"), table("table", "v d")),
            List.of()),
    MEAN(
            "mean",
            0x9B5DE5,
            "y[t] = mean of x over this session's tokens up to and including t; the running sum is kept in f32, so that"
                    + " the answer does not depend on how a text is cut into steps",
            writes("y", "T d"),
            List.of(value("x", "T d"), state("sum", "d")),
            List.of(),
            Rules::sumIsF32),
    SELECT(
            "select",
            0xF15BB5,
            "y = the rows of x whose logits are asked for",
            writes("y", "R d"),
            List.of(value("x", "T d")),
            List.of()),
    MATMUL(
            "matmul",
            0x3A86FF,
            "y[r, o] = Σ_i x[r, i] · w[o, i] + b[o]",
            writes("y", "n o"),
            List.of(value("x", "n i"), weight("w", "o i"), optionalWeight("b", "o")),
            List.of()),
    ADD(
            "add",
            0x06D6A0,
            "y = a + b, element by element",
            writes("y", "n d"),
            List.of(value("a", "n d"), value("b", "n d")),
            List.of()),
    MUL(
            "mul",
            0x118AB2,
            "y = a · b, element by element",
            writes("y", "n d"),
            List.of(value("a", "n d"), value("b", "n d")),
            List.of()),
    RELU("relu", 0xEF476F, "y = max(x, 0)", writes("y", "n d"), List.of(value("x", "n d")), List.of()),
    SILU("silu", 0xF78C6B, "y = x / (1 + e⁻ˣ)", writes("y", "n d"), List.of(value("x", "n d")), List.of()),
    GELU("gelu", 0xFFD166, "y = x/2 · (1 + erf(x/√2))", writes("y", "n d"), List.of(value("x", "n d")), List.of()),
    GELU_TANH(
            "gelu_tanh",
            0xE9C46A,
            "y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))",
            writes("y", "n d"),
            List.of(value("x", "n d")),
            List.of()),
    SCALE(
            "scale",
            0x83C5BE,
            "y = factor · x",
            writes("y", "n d"),
            List.of(value("x", "n d")),
            List.of(real("factor", -1e6, 1e6))),
    SOFTCAP(
            "softcap",
            0x5E548E,
            "y = cap · tanh(x / cap)",
            writes("y", "n d"),
            List.of(value("x", "n d")),
            List.of(real("cap", 1e-3, 1e6))),
    RMSNORM(
            "rmsnorm",
            0x8AC926,
            "y = x / √(mean(x²) + epsilon) · gain, over each run of g columns (g = d, or one head for a norm of queries"
                    + " and keys)",
            writes("y", "n d"),
            List.of(value("x", "n d"), weight("gain", "g")),
            List.of(real("epsilon", 0, 1)),
            Rules::gainDividesColumns),
    LAYERNORM(
            "layernorm",
            0xB5E48C,
            "y = (x − mean(x)) / √(variance(x) + epsilon) · gain + bias",
            writes("y", "n d"),
            List.of(value("x", "n d"), weight("gain", "d"), optionalWeight("bias", "d")),
            List.of(real("epsilon", 0, 1))),
    POSITION(
            "position",
            0xDDA15E,
            "y[t] = table[position of t]: learned positions, to be added to the embedding",
            writes("y", "T d"),
            List.of(weight("table", "c d")),
            List.of(),
            Rules::tableCoversContext),
    ROPE(
            "rope",
            0x00BBF9,
            "rotates pairs of x by position · frequency, the first dims columns of each run of head columns; pairs are"
                    + " neighbours (halves = 0) or half of dims apart (halves = 1); frequency = theta^(−2i/dims),"
                    + " then divided by factor, and where original > 0 only as far as Llama 3 does between wavelengths"
                    + " original/low and original/high; factors [2, dims/2], where there are, divide each pair's frequency"
                    + " further (first row) and multiply its cosine and sine (second row)",
            writes("y", "T d"),
            List.of(value("x", "T d"), optionalWeight("factors", "s p")),
            List.of(
                    whole("head", 2, Limits.WIDTH),
                    whole("dims", 2, Limits.WIDTH),
                    whole("halves", 0, 1),
                    real("theta", 1, 1e9),
                    real("factor", 1e-3, 1e6),
                    real("low", 0, 1e6),
                    real("high", 0, 1e6),
                    real("original", 0, 1e9)),
            Rules::rotatedHeadsFit),
    ATTENTION(
            "attention",
            0xFF006E,
            "appends k and v to the session's keys and values; each query head then takes the mean of the values up to"
                    + " its position, weighted by softmax(scale · q·k); several query heads share a key head; window > 0"
                    + " limits how far it looks back; softcap > 0 bounds the scores",
            writes("y", "T q"),
            List.of(
                    value("q", "T q"),
                    value("k", "T m"),
                    value("v", "T m"),
                    state("keys", "c m"),
                    state("values", "c m")),
            List.of(
                    whole("heads", 1, 1 << 16),
                    whole("kv_heads", 1, 1 << 16),
                    real("scale", -1e3, 1e3),
                    whole("window", 0, Limits.CONTEXT),
                    real("softcap", 0, 1e6)),
            Rules::headsFit),
    ROUTE(
            "route",
            0x7209B7,
            "y[r] = the k experts with the highest scores, the lower number first where two are equal: their k numbers,"
                    + " then their k weights: softmax over all scores (gate = 0), softmax over the k (gate = 1) or"
                    + " 1 / (1 + e⁻ˣ) of each (gate = 2); divided by their sum where normalise = 1; times scale",
            writes("y", "r w"),
            List.of(value("scores", "r n")),
            List.of(
                    whole("k", 1, Limits.CHOSEN),
                    whole("gate", 0, 2),
                    whole("normalise", 0, 1),
                    real("scale", -1e6, 1e6)),
            Rules::chosenFit),
    EXPERTS(
            "experts",
            0x4361EE,
            "y[r, j·o + a] = Σ_i x[r, i] · w[e·o + a, i] + b[e·o + a], for each of the k experts e that the row's route"
                    + " chose, in its order j; w holds the o rows of each of n experts, one after the other, and x has i"
                    + " columns for all or k·i, i for each; only the chosen experts' rows are read",
            writes("y", "r p"),
            List.of(value("x", "r c"), value("route", "r w"), weight("w", "m i"), optionalWeight("b", "m")),
            List.of(whole("n", 1, Limits.WIDTH)),
            Rules::expertsFit),
    COMBINE(
            "combine",
            0x73D2DE,
            "y[r, a] = Σ_j weight_j · x[r, j·o + a], with the k weights of the row's route",
            writes("y", "r o"),
            List.of(value("x", "r p"), value("route", "r w")),
            List.of(),
            Rules::partsFit);

    private final String mnemonic;
    private final int colour;
    private final String meaning;
    private final Operand result;
    private final List<Operand> operands;
    private final List<Attribute> attributes;
    private final Rules rules;

    Opcode(
            String mnemonic,
            int colour,
            String meaning,
            Operand result,
            List<Operand> operands,
            List<Attribute> attributes) {
        this(mnemonic, colour, meaning, result, operands, attributes, Rules::none);
    }

    Opcode(
            String mnemonic,
            int colour,
            String meaning,
            Operand result,
            List<Operand> operands,
            List<Attribute> attributes,
            Rules rules) {
        this.rules = rules;
        this.mnemonic = mnemonic;
        this.colour = colour;
        this.meaning = meaning;
        this.result = result;
        this.operands = operands;
        this.attributes = attributes;
    }

    /** The word in the assembler text. */
    public String mnemonic() {
        return mnemonic;
    }

    /** The fixed colour, 0xRRGGBB, of its rows in a program image. */
    public int colour() {
        return colour;
    }

    /** What it computes, in one line. */
    public String meaning() {
        return meaning;
    }

    /** What it writes. */
    public Operand result() {
        return result;
    }

    /** What it reads, in order. */
    public List<Operand> operands() {
        return operands;
    }

    /** The numbers it carries, in order. */
    public List<Attribute> attributes() {
        return attributes;
    }

    /** What shapes and attributes must keep beyond this row. */
    Rules rules() {
        return rules;
    }

    static @Nullable Opcode ofMnemonic(String mnemonic) {
        for (Opcode opcode : values()) {
            if (opcode.mnemonic.equals(mnemonic)) {
                return opcode;
            }
        }
        return null;
    }

    static @Nullable Opcode ofColour(int colour) {
        for (Opcode opcode : values()) {
            if (opcode.colour == colour) {
                return opcode;
            }
        }
        return null;
    }
}
