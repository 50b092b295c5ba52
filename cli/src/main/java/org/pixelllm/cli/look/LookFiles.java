package org.pixelllm.cli.look;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.cli.answer.Outputs;
import org.pixelllm.engine.look.HeadMap;
import org.pixelllm.engine.look.LayerValues;
import org.pixelllm.engine.look.Look;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;

/** The images of a look into a model. */
final class LookFiles {

    private final Look look;
    private final Outputs files;

    LookFiles(Look look, Outputs files) {
        this.look = look;
        this.files = files;
    }

    void write() throws IOException {
        String note = note();
        if (look.hasHead()) {
            head(look.head(), note);
        }
        if (look.hasSheet()) {
            files.view("attention_sheet", look.sheet(), with(Map.of("Shows", "attention of every layer and head")));
        }
        for (LayerValues each : look.activations()) {
            activations(each);
        }
        if (look.hasLens()) {
            files.view(
                    "lens",
                    look.lens().view(look.words(), look::word, note),
                    with(Map.of("Shows", "what each layer would predict")));
        }
        if (look.hasTrace()) {
            files.view("trace", look.trace().view(note), with(Map.of("Shows", "what each instruction writes")));
        }
    }

    private void head(HeadMap head, String note) throws IOException {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Layer", String.valueOf(head.layer()));
        text.put("Head", String.valueOf(head.head()));
        if (head.fault().isEmpty()) {
            List<AttentionImage> images = head.images();
            for (AttentionImage image : images) {
                String name = images.size() == 1
                        ? AttentionImage.NAME
                        : AttentionImage.NAME + "_" + image.row() + "_" + image.column();
                files.write(name, file -> image.write(file, with(text)));
            }
        }
        text.put("Shows", "attention of one head");
        files.view(AttentionImage.NAME, head.view(look.words(), note), with(text));
    }

    private void activations(LayerValues layer) throws IOException {
        String name = ActivationsImage.NAME + "_L" + layer.layer();
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Layer", String.valueOf(layer.layer()));
        text.put("Tensor", layer.tensor());
        if (layer.first() > 0) {
            text.put("Positions", "from " + layer.first() + " on");
        }
        files.write(name, file -> layer.image().write(file, with(text)));
        text.put("Shows", "activations of one layer");
        files.view(name, layer.view(note()), with(text));
    }

    private String note() {
        return look.contextNote();
    }

    private Map<String, String> with(Map<String, String> more) {
        Map<String, String> all = look.provenance();
        all.putAll(more);
        return all;
    }

    /** Refuses weights that are no image, when everything else is written. */
    void requireSound(Path cartridge) throws InvalidContentException {
        if (look.hasHead() && !look.head().fault().isEmpty()) {
            throw new InvalidContentException(
                    new Fault(
                            cartridge.toString(),
                            "layer " + look.head().layer() + ", head "
                                    + look.head().head(),
                            "attention weights from 0 to 1",
                            look.head().fault(),
                            "There is no attention.pxi of it; attention.png shows it in red, and look --trace where it begins."));
        }
    }
}
