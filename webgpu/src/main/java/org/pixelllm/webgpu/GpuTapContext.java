package org.pixelllm.webgpu;

import java.util.List;
import org.pixelllm.pxvm.executor.AttentionScores;
import org.pixelllm.pxvm.executor.TapContext;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.webgpu.api.GpuThread;

/** What a tap sees of a machine on a GPU: each question copies what it asks for. */
record GpuTapContext(LoadedProgram loaded, Pass pass, Instruction instruction, long nanoseconds) implements TapContext {

    @Override
    public List<Instruction> instructions() {
        return List.of(instruction);
    }

    @Override
    public int tokens() {
        return pass.tokens();
    }

    @Override
    public int rows(Instruction of) {
        require(of);
        return loaded.program().tensor(of.result()).shape().getFirst().at(pass.tokens(), pass.rows());
    }

    @Override
    public float[] values(Instruction of) {
        return values(of.result(), rows(of));
    }

    private float[] values(int id, int rows) {
        Tensor tensor = loaded.program().tensor(id);
        int pitch = MemoryPlan.pitch(tensor);
        float[] padded = GpuThread.call(
                () -> ReadBack.floats(loaded.gpu().device(), loaded.memory().values(id), 0, rows * pitch));
        float[] values = new float[rows * tensor.columns()];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(padded, row * pitch, values, row * tensor.columns(), tensor.columns());
        }
        return values;
    }

    @Override
    public double[] attention(Instruction of, int token, int head) {
        require(of);
        Attention in = Attention.of(of);
        AttentionScores.requireHead(in, token, pass.tokens(), head);
        Pass.Part part = pass.parts().stream()
                .filter(each -> token < each.first() + each.count())
                .findFirst()
                .orElseThrow();
        int position = part.position() + token - part.first();
        int width = loaded.program().tensor(of.result()).columns() / in.heads();
        int columns = loaded.program().tensor(in.k()).columns();
        float[] keys = GpuThread.call(() -> part.state().read(in.keys(), (position + 1) * columns));
        float[] q = values(in.q(), pass.tokens());
        int column = head / (in.heads() / in.kvHeads()) * width;
        AttentionScores.Keys rows = new AttentionScores.Keys(keys, columns, column);
        return AttentionScores.weights(in, rows, position, q, (token * in.heads() + head) * width, width);
    }

    private void require(Instruction of) {
        if (!instruction.equals(of)) {
            throw new IllegalArgumentException(
                    "the instruction that writes tensor " + of.result() + " has not just run");
        }
    }
}
