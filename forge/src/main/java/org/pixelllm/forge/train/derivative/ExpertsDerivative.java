package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.expert.Routing;
import org.pixelllm.pxvm.program.Operation.Experts;

/** A product's derivative for each expert that was chosen, over the rows that chose it. */
final class ExpertsDerivative implements Derivative {

    private final Experts in;
    private final Matrix left = new Matrix();
    private final Matrix result = new Matrix();

    ExpertsDerivative(Experts in) {
        this.in = in;
    }

    /** The sizes, and the rows by their experts. */
    private final class Shape {

        private final int k;
        private final int inputs;
        private final int outputs;
        private final int columns; // of x
        private final Routing routing;

        Shape(Batch batch) {
            k = batch.program().tensor(in.route()).columns() / 2;
            inputs = batch.program().tensor(in.w()).columns();
            outputs = batch.program().tensor(in.w()).rows() / in.n();
            columns = batch.program().tensor(in.x()).columns();
            routing = new Routing(in.n(), k);
            routing.take(batch.values(in.route()), batch.tokens());
        }

        /** Copies what an expert's rows are of x // [count, i] */
        float[] x(Batch batch, int index) {
            float[] rows = batch.scratch(Scratch.A, routing.count(index) * inputs);
            routing.gather(index, batch.values(in.x()), columns, inputs, rows);
            return rows;
        }

        /** Where an expert's rows begin in the weight. */
        int firstRow(int index) {
            return routing.expert(index) * outputs;
        }
    }

    @Override
    public void forward(Batch batch) {
        Shape shape = new Shape(batch);
        float[] w = batch.values(in.w()); // [n·o, i]
        float[] y = batch.values(in.result()); // [T, k·o]
        int inputs = shape.inputs;
        int outputs = shape.outputs;
        for (int index = 0; index < shape.routing.experts(); index++) {
            int count = shape.routing.count(index);
            int firstRow = shape.firstRow(index);
            float[] to = batch.scratch(Scratch.B, count * outputs); // [count, o]
            for (int r = 0; in.hasB() && r < count; r++) {
                System.arraycopy(batch.values(in.b()), firstRow, to, r * outputs, outputs);
            }
            Panels across = batch.scratchPanels(Scratch.A); // [i, o]
            batch.arithmetic().pack(inputs, outputs, left.at(w, firstRow * inputs, 1, inputs), across);
            left.rows(shape.x(batch, index), inputs);
            batch.arithmetic().multiply(count, outputs, inputs, left, across, result.rows(to, outputs), in.hasB());
            shape.routing.scatter(index, to, outputs, 0, outputs, y);
        }
    }

    @Override
    public void backward(Batch batch) {
        Shape shape = new Shape(batch);
        float[] w = batch.values(in.w()); // [n·o, i]
        float[] dx = Sums.begun(batch, in.x());
        float[] dw = Sums.begun(batch, in.w());
        float[] db = in.hasB() ? Sums.begun(batch, in.b()) : new float[0];
        int inputs = shape.inputs;
        int outputs = shape.outputs;
        for (int index = 0; index < shape.routing.experts(); index++) {
            int count = shape.routing.count(index);
            int firstRow = shape.firstRow(index);
            float[] dy = batch.scratch(Scratch.B, count * outputs); // [count, o]
            shape.routing.gather(index, batch.gradient(in.result()), shape.k * outputs, outputs, dy);
            Panels straight = batch.scratchPanels(Scratch.A); // [o, i]
            batch.arithmetic().pack(outputs, inputs, left.at(w, firstRow * inputs, inputs, 1), straight);
            float[] back = batch.scratch(Scratch.C, count * inputs); // [count, i]
            left.rows(dy, outputs);
            batch.arithmetic().multiply(count, inputs, outputs, left, straight, result.rows(back, inputs), false);
            addBack(shape, index, back, dx);
            Panels x = batch.scratchPanels(Scratch.B); // [count, i]
            batch.arithmetic().pack(count, inputs, left.rows(shape.x(batch, index), inputs), x);
            left.rowsTransposed(dy, outputs); // [o, count]
            batch.arithmetic()
                    .multiply(outputs, inputs, count, left, x, result.at(dw, firstRow * inputs, inputs, 1), true);
            for (int i = 0; in.hasB() && i < count * outputs; i++) {
                db[firstRow + i % outputs] += dy[i];
            }
        }
    }

    private static void addBack(Shape shape, int index, float[] back, float[] dx) {
        boolean shared = shape.columns == shape.inputs;
        for (int r = 0; r < shape.routing.count(index); r++) {
            int pair = shape.routing.pair(index, r);
            int to = (shared ? pair / shape.k : pair) * shape.inputs;
            for (int i = 0; i < shape.inputs; i++) {
                dx[to + i] += back[r * shape.inputs + i];
            }
        }
    }
}
