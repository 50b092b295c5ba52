package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.forge.train.curve.LossCurvePicture;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Tensor;

/**
 * Keeps a run on disk: its state, the cartridge, and a picture of its curve. The cartridge has the best weights that were
 * measured; where nothing is measured, the average if there is one, or the weights as they are.
 */
final class RunStore {

    private final RunFiles files;
    private final Trainer trainer;
    private final LossCurve curve;
    private final Provenance.Maker maker;
    private final Map<Integer, float[]> best = new HashMap<>(); // by tensor id; empty before the first measurement
    private int saved; // the step of the state on disk; 0 for none
    private int measured; // the measurements in it

    RunStore(RunFiles files, Trainer trainer, LossCurve curve, Provenance.Maker maker) {
        this.files = files;
        this.trainer = trainer;
        this.curve = curve;
        this.maker = maker;
    }

    /** Takes the weights, and what is kept of them, from the state on disk. */
    void restore(Checkpoint checkpoint) throws PxiException {
        List<Integer> ids = trainer.weightIds();
        if (checkpoint.curve().best() != null) {
            keepBest(false); // Takes the memory.
        }
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
        measured = checkpoint.curve().measurements().size();
    }

    private static boolean copy(float[][] from, float[][] to) {
        boolean fits = from.length == to.length && from[0].length == to[0].length;
        for (int i = 0; fits && i < to.length; i++) {
            System.arraycopy(from[i], 0, to[i], 0, to[i].length);
        }
        return fits;
    }

    /** A weight's values, what the optimizer keeps of it, its average and its best values; not copied. */
    private float[][] live(int id) {
        List<float[]> all = new ArrayList<>();
        all.add(trainer.values(id));
        all.addAll(List.of(trainer.state(id)));
        if (trainer.averages()) {
            all.add(trainer.averaged(id));
        }
        float[] kept = best.get(id);
        if (kept != null) {
            all.add(kept);
        }
        return all.toArray(float[][]::new);
    }

    /**
     * Copies the weights as they are: none that were measured are better.
     *
     * @param average whether it is their average
     */
    void keepBest(boolean average) {
        for (int id : trainer.weightIds()) {
            float[] from = average ? trainer.averaged(id) : trainer.values(id);
            float[] to = best.computeIfAbsent(id, each -> new float[from.length]);
            System.arraycopy(from, 0, to, 0, to.length);
        }
    }

    /** Whether the state on disk is that of the last step. */
    boolean isUpToDate() {
        return saved >= curve.steps() && measured == curve.measurements().size();
    }

    /**
     * Writes the state first: it alone decides where the run continues, the cartridge is only there to be tried.
     *
     * @param as the cartridge's program, with the types of its weights
     * @param sittings the run's parts so far
     */
    void save(RunPlan plan, Program as, List<Checkpoint.Sitting> sittings) throws IOException {
        try {
            writeState(plan, sittings);
            saved = curve.steps();
            measured = curve.measurements().size();
            writeCartridge(plan, as, sittings);
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

    /** Removes the state of a run that is finished and cannot be made longer. */
    void removeState() throws IOException {
        Files.deleteIfExists(files.state());
    }

    private void writeState(RunPlan plan, List<Checkpoint.Sitting> sittings) throws IOException {
        List<float[][]> weights = new ArrayList<>();
        for (int id : trainer.weightIds()) {
            weights.add(live(id));
        }
        TrainingData data = plan.data();
        Checkpoint.Source valid = data.validSource();
        Base base = plan.base();
        Checkpoint.Head head = new Checkpoint.Head(
                plan.id(),
                plan.settings().values(),
                base == null ? null : new Checkpoint.Origin(base.family(), base.from()),
                plan.steps(),
                sittings,
                data.sources(),
                valid == null ? List.of() : List.of(valid));
        byte[] tokenizer = data.tokenizer().toBytes();
        byte[] program = base == null ? new byte[0] : base.programBytes();
        CheckpointFile.write(files.state(), new Checkpoint(head, tokenizer, program, curve, weights));
    }

    private void writeCartridge(RunPlan plan, Program as, List<Checkpoint.Sitting> sittings) throws IOException {
        Provenance provenance = new Provenance(plan, curve, maker, sittings);
        new Model(as, weights(as), plan.data().tokenizer(), provenance.manifest()).write(files.cartridge());
    }

    /** The cartridge's weights, in the types that this program declares for them. */
    private Map<Integer, EncodedWeight> weights(Program as) {
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : trainer.weightIds()) {
            Tensor tensor = as.tensor(id);
            float[] kept = best.get(id);
            float[] values = kept != null ? kept : trainer.averages() ? trainer.averaged(id) : trainer.values(id);
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), values));
        }
        return weights;
    }
}
