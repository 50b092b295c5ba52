package org.pixelllm.pxvm.cartridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.Groups;

/** Writes cartridges. The same content gives the same bytes. */
public final class CartridgeWriter {

    private final Program program;
    private final Map<Integer, EncodedWeight> weights;
    private final Map<Section.Kind, byte[]> small = new EnumMap<>(Section.Kind.class); // all but the tensors
    private final int width;
    private final int payload;
    private final Layout layout;
    private final long tensorPage;
    private final long maxChunk;
    // The group that was cut last: its pieces are asked for one after the other.
    private byte[] cut = {};
    private Layout.@Nullable Place cutPlace;
    private long cutGroup;

    private CartridgeWriter(
            Program program,
            Map<Integer, EncodedWeight> weights,
            @Nullable Tokenizer tokenizer,
            Manifest manifest,
            long maxChunk) {
        this.program = program;
        this.weights = weights;
        this.maxChunk = maxChunk;
        List<String> tensors = new ArrayList<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            if (!weights.containsKey(id)) {
                throw new IllegalArgumentException(
                        "no values for weight " + program.tensor(id).name());
            }
            tensors.add(program.tensor(id).toString().substring("weight ".length()));
        }
        byte[] json = manifest.with(tokenizer == null ? "none" : tokenizer.name(), tensors)
                .toJson()
                .getBytes(StandardCharsets.UTF_8);
        byte[] tokens = tokenizer == null ? new byte[0] : tokenizer.toBytes();
        byte[] code = ProgramImage.write(program).rgb();
        int index = tensors.size() * TensorIndex.ENTRY_BYTES;
        this.width = Layout.chooseWidth(program, (long) json.length + tokens.length + code.length + index);
        this.payload = PageFormat.payload(width);
        this.layout = Layout.of(program, payload);
        this.tensorPage = 1 + pages(json.length) + pages(tokens.length) + pages(code.length) + pages(index);
        small.put(Section.Kind.MANIFEST, json);
        small.put(Section.Kind.TOKENIZER, tokens);
        small.put(Section.Kind.PROGRAM, code);
        small.put(Section.Kind.INDEX, TensorIndex.write(program, layout, tensorPage, weights));
    }

    /** What is written must be within the limits of those who read it. */
    private void requireReadable(String file) throws InvalidContentException {
        int json = Objects.requireNonNull(small.get(Section.Kind.MANIFEST)).length;
        if (json > Manifest.MAX_BYTES) {
            throw new InvalidContentException(new Fault(
                    file,
                    "manifest: name, licence, provenance and tensors",
                    "at most " + Manifest.MAX_BYTES + " bytes",
                    json + " bytes",
                    "Give the model a shorter name or description."));
        }
    }

    private long pages(long bytes) {
        return Math.ceilDiv(bytes, payload);
    }

    /**
     * Writes a cartridge, whole or not at all.
     *
     * @param weights the values of each weight of the program, by tensor id
     * @param tokenizer null where the model has none
     * @throws NotFiniteWeightException a value is NaN or infinite; nothing is written then
     */
    public static void write(
            Path file,
            Program program,
            Map<Integer, EncodedWeight> weights,
            @Nullable Tokenizer tokenizer,
            Manifest manifest)
            throws IOException {
        write(file, program, weights, tokenizer, manifest, PageFormat.MAX_CHUNK);
    }

    static void write(
            Path file,
            Program program,
            Map<Integer, EncodedWeight> weights,
            @Nullable Tokenizer tokenizer,
            Manifest manifest,
            long maxChunk)
            throws IOException {
        Cartridge.requireNamedIds(program, file.toString());
        CartridgeWriter writer = new CartridgeWriter(program, weights, tokenizer, manifest, maxChunk);
        writer.requireReadable(file.toString());
        writer.requireSectionsThatAreRead(file.toString());
        PxiFiles.write(file, channel -> {
            long pages = writer.tensorPage + writer.layout.pages();
            try (PageRowPng png = new PageRowPng(channel, writer.width, pages, writer.maxChunk)) {
                writer.emit(png, pages);
            }
        });
    }

    /** What no reader would take is not written. */
    private void requireSectionsThatAreRead(String file) throws InvalidContentException {
        for (Map.Entry<Section.Kind, byte[]> each : small.entrySet()) {
            Section.Kind kind = each.getKey();
            if (each.getValue().length > kind.mostBytes()) {
                throw new InvalidContentException(new Fault(
                        file,
                        kind.words(),
                        "at most " + kind.mostBytes() + " bytes",
                        each.getValue().length + " bytes",
                        kind == Section.Kind.MANIFEST
                                ? "Shorten the model's name, licence and provenance."
                                : "No reader takes more."));
            }
        }
    }

    private void emit(PageRowPng png, long pages) throws IOException {
        List<Section> sections = new ArrayList<>();
        long first = 1;
        for (Map.Entry<Section.Kind, byte[]> each : small.entrySet()) {
            byte[] bytes = each.getValue();
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            byte[] sha256 = Sha256.of(bytes);
            sections.add(new Section(each.getKey(), first, bytes.length, (int) crc.getValue(), sha256));
            first += pages(bytes.length);
        }
        sections.add(tensorSection());
        byte[] digest = Sha256.of(Header.table(sections));
        png.row(page(new Header(Header.VERSION, pages, digest, List.copyOf(sections)).toBytes(), 0));
        for (byte[] bytes : small.values()) {
            for (int at = 0; at < bytes.length; at += payload) {
                png.row(page(bytes, at));
            }
        }
        byte[] page = new byte[payload];
        for (long p = 0; p < layout.pages(); p++) {
            fill(p, page, false);
            png.row(page);
        }
    }

    private byte[] page(byte[] bytes, int at) {
        return Arrays.copyOf(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + payload)), payload);
    }

    /** The digests must come before the tensors, so the tensors' pages are made twice, and checked once. */
    private Section tensorSection() {
        CRC32C crc = new CRC32C();
        MessageDigest sha = Sha256.digest();
        byte[] page = new byte[payload];
        for (long p = 0; p < layout.pages(); p++) {
            fill(p, page, true);
            crc.update(page);
            sha.update(page);
        }
        return new Section(
                Section.Kind.TENSORS, tensorPage, layout.pages() * payload, (int) crc.getValue(), sha.digest());
    }

    private void fill(long page, byte[] to, boolean check) {
        Arrays.fill(to, (byte) 0);
        for (Layout.Place place : layout.places()) {
            long into = page - place.page();
            if (into < 0) {
                break;
            }
            if (place.groupsPerPage() > 0) {
                fillGroups(place, into, to, check);
            } else {
                fillPiece(place, into, to, check);
            }
        }
    }

    private void fillGroups(Layout.Place place, long into, byte[] to, boolean check) {
        long first = into * place.groupsPerPage();
        for (int i = 0; i < place.groupsPerPage() && first + i < place.groups().count(); i++) {
            int at = place.offset() + (int) (i * place.groups().stride());
            write(place, (int) (first + i), to, at, check);
        }
    }

    private void fillPiece(Layout.Place place, long into, byte[] to, boolean check) {
        Groups groups = place.groups();
        int perGroup = groups.pieces(payload);
        long group = into / perGroup;
        if (group < groups.count()) {
            if (cutPlace != place || cutGroup != group) {
                cut = new byte[Math.multiplyExact(groups.units(), groups.unitBytes())];
                cutPlace = place;
                cutGroup = group;
                write(place, (int) group, cut, 0, check);
            }
            int piece = groups.unitsOfPiece(payload) * groups.unitBytes();
            int from = (int) (into % perGroup) * piece;
            System.arraycopy(cut, from, to, 0, Math.min(piece, cut.length - from));
        }
    }

    /** Writes a group; the check reads back what was written, so that codes taken over from another file are checked too. */
    private void write(Layout.Place place, int group, byte[] to, int at, boolean check) {
        EncodedWeight weight = Objects.requireNonNull(weights.get(place.id()));
        Tensor tensor = program.tensor(place.id());
        Groups groups = place.groups();
        byte[] bytes = new byte[groups.codec().rowBytes(groups.columns())];
        float[] values = new float[check ? groups.columns() : 0];
        int first = group * groups.lines();
        try {
            for (int line = 0; line < groups.lines() && first + line < groups.rows(); line++) {
                weight.rows().write(first + line, bytes, 0);
                if (check) {
                    groups.codec().decode(bytes, 0, weight.range(), values, 0, values.length);
                    NotFiniteWeightException.require(values, values.length, "", first + line);
                }
                groups.spread(bytes, 0, line, groups.units(), to, at);
            }
        } catch (NotFiniteWeightException e) {
            String origin = weight.origin();
            throw e.of(origin.isEmpty() ? tensor.name() : tensor.name() + " (" + origin + ")");
        }
    }
}
