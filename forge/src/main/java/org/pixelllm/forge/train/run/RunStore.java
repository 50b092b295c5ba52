package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.forge.train.curve.LossCurvePicture;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.program.Program;

/** Keeps a run on disk: its state, the cartridge as far as it is trained, and a picture of its curve. */
final class RunStore {

    private final RunFiles files;
    private final Trainer trainer;
    private final LossCurve curve;
    private final Provenance.Maker maker;
    private int saved; // the step of the state on disk; 0 for none

    RunStore(RunFiles files, Trainer trainer, LossCurve curve, Provenance.Maker maker) {
        this.files = files;
        this.trainer = trainer;
        this.curve = curve;
        this.maker = maker;
    }

    /** Takes the weights, and what the optimizers keep of them, from the state on disk. */
    void restore(Checkpoint checkpoint) throws PxiException {
        List<Integer> ids = trainer.weightIds();
        boolean fits = ids.size() == checkpoint.weights().size();
        for (int i = 0; fits && i < ids.size(); i++) {
            fits = copy(checkpoint.weights().get(i), live(ids.get(i)));
        }
        if (!fits) {
            throw new ModelMismatchException(new Fault(
                    files.state().toString(),
                    "weights",
                    "those of this program",
                    "others: another version wrote the file",
                    "Continue with the version that began the run."));
        }
        saved = checkpoint.curve().steps();
    }

    private static boolean copy(float[][] from, float[][] to) {
        boolean fits = from.length == to.length && from[0].length == to[0].length;
        for (int i = 0; fits && i < to.length; i++) {
            System.arraycopy(from[i], 0, to[i], 0, to[i].length);
        }
        return fits;
    }

    /** A weight's values and what the optimizer keeps of it; not copied. */
    private float[][] live(int id) {
        float[][] state = trainer.state(id);
        float[][] all = new float[1 + state.length][];
        all[0] = trainer.values(id);
        System.arraycopy(state, 0, all, 1, state.length);
        return all;
    }

    /** Whether the state on disk is that of the last step. */
    boolean isUpToDate() {
        return saved >= curve.steps();
    }

    /**
     * Writes the state first: it alone decides where the run continues, the cartridge is only there to be tried.
     *
     * @param as the cartridge's program, with the types of its weights
     * @param seconds trained so far
     */
    void save(RunPlan plan, Program as, double seconds) throws IOException {
        try {
            writeState(plan, seconds);
            saved = curve.steps();
            writeCartridge(plan, as, seconds);
            LossCurvePicture.write(files.picture(), curve, plan.steps(), plan.bitsPerNat(), maker.software());
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            String kept = saved == 0
                    ? " Nothing of the run is kept."
                    : " Step " + saved + " is kept: continue with pixel-llm train --resume " + files.cartridge() + ".";
            throw new IOException(e.getMessage() + kept, e);
        }
    }

    /** Removes the state of a run that is finished. */
    void removeState() throws IOException {
        Files.deleteIfExists(files.state());
    }

    private void writeState(RunPlan plan, double seconds) throws IOException {
        List<float[][]> weights = new ArrayList<>();
        for (int id : trainer.weightIds()) {
            weights.add(live(id));
        }
        TrainingData data = plan.data();
        Checkpoint.Source valid = data.validSource();
        Checkpoint.Head head = new Checkpoint.Head(
                plan.id(),
                plan.settings().values(),
                plan.steps(),
                seconds,
                data.sources(),
                valid == null ? List.of() : List.of(valid));
        byte[] tokenizer = data.tokenizer().toBytes();
        CheckpointFile.write(files.state(), new Checkpoint(head, tokenizer, curve, weights));
    }

    private void writeCartridge(RunPlan plan, Program as, double seconds) throws IOException {
        Provenance provenance = new Provenance(plan, curve, maker, seconds);
        new Model(as, trainer.weights(as), plan.data().tokenizer(), provenance.manifest()).write(files.cartridge());
    }
}
