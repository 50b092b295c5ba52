package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.AttentionScores;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.attention.HeadTile;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;

/**
 * Causal attention over the sessions' keys and values. Tiles of a few tokens' query heads that share a key head are shared out to
 * the threads, so that each key and value is read once for all of them; one head at one position is computed in one order, whatever
 * its tile.
 */
final class AttentionKernel implements Kernel, Workers.Piece {

    /** Multiplications below which a second thread costs more than it gains. */
    private static final long WORTH_SHARING = 3 << 14;

    private static final int PIECES = 4;

    private final Program program;
    private final Attention in;
    private final Workers workers;
    private final ThreadOwn[] owns;
    private final int heads;
    private final int kvHeads;
    private final int width;
    private final int share; // query heads of a key head
    private final int headsOfTile;
    private final int tokensOfTile;
    // What is being computed.
    private Frame frame;
    private float[] q = {}; // [T, heads · width]
    private float[] y = {}; // [T, heads · width]
    private int[] firstTokens = new int[16]; // of each tile, and the end of the last one's session // [tiles]
    private int tiles;

    /** @param owns one for each thread */
    @SuppressWarnings("NullAway.Init") // The frame is set before a piece runs.
    AttentionKernel(Program program, Attention in, Workers workers, ThreadOwn[] owns) {
        this.program = program;
        this.in = in;
        this.workers = workers;
        this.owns = owns;
        this.heads = in.heads();
        this.kvHeads = in.kvHeads();
        this.width = program.tensor(in.result()).columns() / heads;
        this.share = heads / kvHeads;
        this.headsOfTile = Math.min(share, HeadTile.ROWS);
        this.tokensOfTile = HeadTile.ROWS / headsOfTile;
    }

    @Override
    public void run(Frame step) {
        HostKernels.remember(step, program, in);
        if (owns[0].heads(width).turnsKeys()) {
            for (int i = 0; i < step.slices(); i++) {
                Frame.Slice slice = step.slice(i);
                int filled = slice.state().position() + slice.count();
                step.mover().turn(slice.state().positions(), in.keys(), filled);
            }
        }
        frame = step;
        q = step.values(in.q());
        y = step.values(in.result());
        tiles = 0;
        long scores = 0;
        for (int i = 0; i < step.slices(); i++) {
            Frame.Slice slice = step.slice(i);
            scores += (long) slice.count() * (slice.state().position() + slice.count());
            for (int token = 0; token < slice.count(); token += tokensOfTile) {
                if (tiles == firstTokens.length) {
                    firstTokens = Arrays.copyOf(firstTokens, 2 * tiles);
                }
                firstTokens[tiles++] = slice.first() + token;
            }
        }
        int items = tiles * kvHeads * Math.ceilDiv(share, headsOfTile);
        if (scores * heads * width < WORTH_SHARING) {
            run(0, 0, items);
        } else {
            workers.split(items, Math.ceilDiv(items, PIECES * workers.count()), this);
        }
    }

    @Override
    public void run(int thread, int from, int to) {
        int parts = Math.ceilDiv(share, headsOfTile);
        for (int item = from; item < to; item++) {
            int tile = item / (kvHeads * parts);
            int kvHead = item / parts % kvHeads;
            int firstHead = kvHead * share + item % parts * headsOfTile;
            int lastHead = Math.min(firstHead + headsOfTile, (kvHead + 1) * share);
            tile(firstTokens[tile], kvHead, firstHead, lastHead, owns[thread]);
        }
    }

    /** Some query heads of a key head at some tokens of one session. */
    private void tile(int firstToken, int kvHead, int firstHead, int lastHead, ThreadOwn own) {
        Frame.Slice slice = frame.sliceOf(firstToken);
        int end = Math.min(firstToken + tokensOfTile, slice.first() + slice.count());
        HeadTile tile = own.tile();
        tile.begin(width, in.scale());
        for (int token = firstToken; token < end; token++) {
            int position = frame.positionOf(token);
            int first = AttentionScores.first(in.window(), position);
            for (int head = firstHead; head < lastHead; head++) {
                tile.add(q, (token * heads + head) * width, first, position);
            }
        }
        tile.run(
                own.heads(width),
                own.arithmetic(),
                slice.state().positions(),
                in.keys(),
                in.values(),
                kvHead * width,
                in.softcap());
        int row = 0;
        for (int token = firstToken; token < end; token++) {
            for (int head = firstHead; head < lastHead; head++) {
                tile.result(row++, y, (token * heads + head) * width);
            }
        }
    }
}
