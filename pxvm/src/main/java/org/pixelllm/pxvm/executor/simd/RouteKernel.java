package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.expert.Router;
import org.pixelllm.pxvm.program.Operation.Route;
import org.pixelllm.pxvm.program.Program;

/** Chooses k of n experts for each row. */
final class RouteKernel implements Kernel {

    private final Route in;
    private final int n;
    private final Router router;

    RouteKernel(Program program, Route in, Arithmetic arithmetic) {
        this.in = in;
        this.n = program.tensor(in.scores()).columns();
        this.router = new Router(in, n, arithmetic);
    }

    @Override
    public void run(Frame frame) {
        float[] scores = frame.values(in.scores()); // [r, n]
        float[] y = frame.values(in.result()); // [r, 2·k]
        for (int r = 0; r < frame.rowsOf(in.result()); r++) {
            router.route(scores, r * n, y, 2 * in.k() * r);
        }
    }
}
