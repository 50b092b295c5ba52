/**
 * 32-bit arithmetic of the SIMD executor, to the bit: docs/same-bits.md says in which order it sums. A JavaScript number is
 * a double; sums, products, quotients and roots of floats are right when Math.fround rounds them once more, and a fused
 * multiply-add is, too, but where the double lies exactly between two floats.
 */

const round = Math.fround;

/** Lanes that sums over a run are taken in. */
export const LANES = 16;

const f64 = new Float64Array(8);
const words = new Int32Array(f64.buffer); // the low word of each double is the even one
const LOW_BITS = 0x1fffffff; // of a double, beyond a float's
const HALF = 0x10000000;

/** a · b + c of floats, rounded once. */
export function fma(a, b, c) {
    const sum = a * b + c;
    f64[0] = sum;
    return (words[0] & LOW_BITS) === HALF || (sum < 1e-37 && sum > -1e-37) ? exactly(a, b, c) : round(sum);
}

/** The same, whatever the double of the sum is. */
function exactly(a, b, c) {
    const product = a * b; // exact: 24 bits by 24
    const sum = product + c;
    const nearest = round(sum);
    const off = sum - nearest;
    const other = nearest + 2 * off;
    if (off === 0 || round(other) !== other) {
        return nearest; // not halfway between two floats
    }
    const back = sum - product; // Knuth's two-sum: what rounding to a double took away
    const lost = product - (sum - back) + (c - back);
    if (lost === 0) {
        return nearest;
    }
    return lost > 0 ? Math.max(nearest, other) : Math.min(nearest, other);
}

/** The sum of 16 lanes, by halves; what they hold is lost. */
export function fold(lanes) {
    for (let half = LANES >> 1; half > 0; half >>= 1) {
        for (let i = 0; i < half; i++) {
            lanes[i] += lanes[i + half];
        }
    }
    return lanes[0];
}

const lanes = new Float32Array(LANES);

/** Σ a[i] · b[i], in lanes. */
export function dot(a, aAt, b, bAt, count) {
    const whole = count - (count % LANES);
    lanes.fill(0);
    if (whole > 0) {
        dotHalf(a, aAt, b, bAt, whole, 0);
        dotHalf(a, aAt + 8, b, bAt + 8, whole, 8);
    }
    if (whole < count) {
        for (let j = 0; j < LANES; j++) {
            const i = whole + j;
            lanes[j] = i < count ? fma(a[aAt + i], b[bAt + i], lanes[j]) : lanes[j] + 0; // −0 becomes 0
        }
    }
    return fold(lanes);
}

/** Eight of the lanes of whole rounds of 16, held in locals. */
function dotHalf(a, aAt, b, bAt, count, at) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let i = 0; i < count; i += LANES) {
        const p = aAt + i;
        const q = bAt + i;
        const d0 = a[p] * b[q] + s0;
        const d1 = a[p + 1] * b[q + 1] + s1;
        const d2 = a[p + 2] * b[q + 2] + s2;
        const d3 = a[p + 3] * b[q + 3] + s3;
        const d4 = a[p + 4] * b[q + 4] + s4;
        const d5 = a[p + 5] * b[q + 5] + s5;
        const d6 = a[p + 6] * b[q + 6] + s6;
        const d7 = a[p + 7] * b[q + 7] + s7;
        f64[0] = d0;
        f64[1] = d1;
        f64[2] = d2;
        f64[3] = d3;
        f64[4] = d4;
        f64[5] = d5;
        f64[6] = d6;
        f64[7] = d7;
        s0 = isRare(words[0], d0) ? exactly(a[p], b[q], s0) : round(d0);
        s1 = isRare(words[2], d1) ? exactly(a[p + 1], b[q + 1], s1) : round(d1);
        s2 = isRare(words[4], d2) ? exactly(a[p + 2], b[q + 2], s2) : round(d2);
        s3 = isRare(words[6], d3) ? exactly(a[p + 3], b[q + 3], s3) : round(d3);
        s4 = isRare(words[8], d4) ? exactly(a[p + 4], b[q + 4], s4) : round(d4);
        s5 = isRare(words[10], d5) ? exactly(a[p + 5], b[q + 5], s5) : round(d5);
        s6 = isRare(words[12], d6) ? exactly(a[p + 6], b[q + 6], s6) : round(d6);
        s7 = isRare(words[14], d7) ? exactly(a[p + 7], b[q + 7], s7) : round(d7);
    }
    lanes[at] = s0;
    lanes[at + 1] = s1;
    lanes[at + 2] = s2;
    lanes[at + 3] = s3;
    lanes[at + 4] = s4;
    lanes[at + 5] = s5;
    lanes[at + 6] = s6;
    lanes[at + 7] = s7;
}

/** Σ x[i], in lanes. */
export function sum(x, at, count) {
    lanes.fill(0);
    for (let i = 0; i < count; i += LANES) {
        const here = Math.min(LANES, count - i);
        for (let j = 0; j < here; j++) {
            lanes[j] += x[at + i + j];
        }
    }
    return fold(lanes);
}

/**
 * Adds the products of 16 rows of weights by one row of x to their sums.
 *
 * @param {Float32Array} weights column by column, from `from` // [columns, 16]
 * @param {Float32Array} sums from `at` // [16]
 */
export function addColumns(weights, from, columns, x, xAt, sums, at) {
    addEight(weights, from, columns, x, xAt, sums, at);
    addEight(weights, from + 8, columns, x, xAt, sums, at + 8);
}

// Written out: the doubles go into memory where their low words can be read, and no call stands in the loop.
function addEight(weights, from, columns, x, xAt, sums, at) {
    let s0 = sums[at];
    let s1 = sums[at + 1];
    let s2 = sums[at + 2];
    let s3 = sums[at + 3];
    let s4 = sums[at + 4];
    let s5 = sums[at + 5];
    let s6 = sums[at + 6];
    let s7 = sums[at + 7];
    const end = xAt + columns;
    for (let k = xAt, p = from; k < end; k++, p += LANES) {
        const v = x[k];
        const d0 = weights[p] * v + s0;
        const d1 = weights[p + 1] * v + s1;
        const d2 = weights[p + 2] * v + s2;
        const d3 = weights[p + 3] * v + s3;
        const d4 = weights[p + 4] * v + s4;
        const d5 = weights[p + 5] * v + s5;
        const d6 = weights[p + 6] * v + s6;
        const d7 = weights[p + 7] * v + s7;
        f64[0] = d0;
        f64[1] = d1;
        f64[2] = d2;
        f64[3] = d3;
        f64[4] = d4;
        f64[5] = d5;
        f64[6] = d6;
        f64[7] = d7;
        s0 = isRare(words[0], d0) ? exactly(weights[p], v, s0) : round(d0);
        s1 = isRare(words[2], d1) ? exactly(weights[p + 1], v, s1) : round(d1);
        s2 = isRare(words[4], d2) ? exactly(weights[p + 2], v, s2) : round(d2);
        s3 = isRare(words[6], d3) ? exactly(weights[p + 3], v, s3) : round(d3);
        s4 = isRare(words[8], d4) ? exactly(weights[p + 4], v, s4) : round(d4);
        s5 = isRare(words[10], d5) ? exactly(weights[p + 5], v, s5) : round(d5);
        s6 = isRare(words[12], d6) ? exactly(weights[p + 6], v, s6) : round(d6);
        s7 = isRare(words[14], d7) ? exactly(weights[p + 7], v, s7) : round(d7);
    }
    sums[at] = s0;
    sums[at + 1] = s1;
    sums[at + 2] = s2;
    sums[at + 3] = s3;
    sums[at + 4] = s4;
    sums[at + 5] = s5;
    sums[at + 6] = s6;
    sums[at + 7] = s7;
}

/** Whether a double is halfway between two floats, or so near to 0 that its bits do not tell. */
function isRare(low, value) {
    return (low & LOW_BITS) === HALF || (value < 1e-37 && value > -1e-37 && value !== 0);
}

/**
 * Puts in the sums of the products of whole numbers of a byte, where no sum loses a bit as a double, so that rounding it to a
 * float is all.
 *
 * @param {Int8Array} codes column by column, from `from` // [columns, 16]
 */
export function sumCodes(codes, from, columns, x, xAt, sums) {
    sumEightCodes(codes, from, columns, x, xAt, sums, 0);
    sumEightCodes(codes, from + 8, columns, x, xAt, sums, 8);
}

function sumEightCodes(codes, from, columns, x, xAt, sums, at) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    const end = xAt + columns;
    for (let k = xAt, p = from; k < end; k++, p += LANES) {
        const v = x[k];
        s0 = round(codes[p] * v + s0);
        s1 = round(codes[p + 1] * v + s1);
        s2 = round(codes[p + 2] * v + s2);
        s3 = round(codes[p + 3] * v + s3);
        s4 = round(codes[p + 4] * v + s4);
        s5 = round(codes[p + 5] * v + s5);
        s6 = round(codes[p + 6] * v + s6);
        s7 = round(codes[p + 7] * v + s7);
    }
    sums[at] = s0;
    sums[at + 1] = s1;
    sums[at + 2] = s2;
    sums[at + 3] = s3;
    sums[at + 4] = s4;
    sums[at + 5] = s5;
    sums[at + 6] = s6;
    sums[at + 7] = s7;
}

/** The same where a sum may lose bits. */
export function sumCodesExactly(codes, from, columns, x, xAt, sums) {
    for (let i = 0; i < columns * LANES; i++) {
        spread[i] = codes[from + i];
    }
    sums.fill(0);
    addColumns(spread, 0, columns, x, xAt, sums, 0);
}

/** What {@link sumCodesExactly} multiplies: codes of a block, as floats. */
const spread = new Float32Array(32 * LANES);

/** sums[i] += factors[from + i] · (values[i] − off), each rounded once // [16] */
export function addScaled(values, off, factors, from, sums) {
    for (let i = 0; i < LANES; i++) {
        const value = round(values[i] - off);
        const d = value * factors[from + i] + sums[i];
        f64[0] = d;
        sums[i] = isRare(words[0], d) ? exactly(value, factors[from + i], sums[i]) : d;
    }
}

/** sums[i] += factors[from + i] · value // [16] */
export function addProducts(value, factors, from, sums) {
    for (let i = 0; i < LANES; i++) {
        const d = value * factors[from + i] + sums[i];
        f64[0] = d;
        sums[i] = isRare(words[0], d) ? exactly(value, factors[from + i], sums[i]) : d;
    }
}

/** y[i] = share · Σ weights[r] · values[from + r · step + i], each summed in the order of the rows. */
export function mix(weights, rows, values, from, step, columns, share, y, at) {
    if (mixed.length < columns) {
        mixed = new Float32Array(columns);
    }
    mixed.fill(0, 0, columns);
    for (let r = 0; r < rows; r++) {
        const weight = weights[r];
        const row = from + r * step;
        for (let i = 0; i < columns; i++) {
            const d = weight * values[row + i] + mixed[i];
            f64[0] = d;
            mixed[i] = isRare(words[0], d) ? exactly(weight, values[row + i], mixed[i]) : d;
        }
    }
    for (let i = 0; i < columns; i++) {
        y[at + i] = mixed[i] * share;
    }
}

let mixed = new Float32Array(0);

/**
 * The most that the exponents of a block's x may be apart. Of 32 products by a byte, the greatest x having exponent E and the
 * least e, a sum is below 2^(E + 13) and a multiple of 2^(e - 23): a double holds it if E - e is at most 17.
 */
const MOST_APART = 17;

const bits = new Float32Array(1);
const integer = new Uint32Array(bits.buffer);

/** Whether sums of products of these up to 32 values by bytes are exact as doubles. */
export function isNarrow(x, from, count) {
    let least = 255;
    let greatest = 0;
    for (let i = from; i < from + count; i++) {
        bits[0] = x[i];
        const rest = integer[0] & 0x7fffffff;
        if (rest !== 0) {
            const exponent = Math.max(1, rest >>> 23);
            least = Math.min(least, exponent);
            greatest = Math.max(greatest, exponent);
        }
    }
    return greatest - least <= MOST_APART;
}

// eˣ, as Cephes computes it (Moshier): x = n · ln 2 + r, and a polynomial of r.
const LEAST_EXPONENT = -87;
const GREATEST_EXPONENT = 88;
const LOG2_E = round(1.44269504);
const MINUS_LN2_HIGH = round(-0.693359375);
const MINUS_LN2_LOW = round(2.12194440e-4);
const ROUNDING = 12582912;
const E = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1].map(round);
const T = [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1].map(round);
const TANH_SMALL = 0.625;
const GELU_FACTOR = round(1.5957691216);
const GELU_CUBIC = round(0.044715);

/** eˣ of a float. */
export function exponential(x) {
    const held = x < LEAST_EXPONENT ? LEAST_EXPONENT : x > GREATEST_EXPONENT ? GREATEST_EXPONENT : x;
    const n = round(fma(held, LOG2_E, ROUNDING) - ROUNDING);
    const r = fma(n, MINUS_LN2_LOW, fma(n, MINUS_LN2_HIGH, held));
    let p = fma(E[0], r, E[1]);
    p = fma(p, r, E[2]);
    p = fma(p, r, E[3]);
    p = fma(p, r, E[4]);
    p = fma(p, r, E[5]);
    p = fma(p, round(r * r), round(r + 1));
    integer[0] = (n + 127) << 23;
    return round(p * bits[0]);
}

function tanh(z) {
    if (Math.abs(z) < TANH_SMALL) {
        const square = round(z * z);
        let p = fma(T[0], square, T[1]);
        p = fma(p, square, T[2]);
        p = fma(p, square, T[3]);
        p = fma(p, square, T[4]);
        return fma(round(p * square), z, z);
    }
    return round(1 - round(2 / round(exponential(round(z + z)) + 1)));
}

/** 1 / (1 + e⁻ˣ) */
export function sigmoid(x) {
    return round(1 / round(exponential(-x) + 1));
}

/** x / (1 + e⁻ˣ) */
export function silu(x) {
    return round(x / round(exponential(-x) + 1));
}

/** GELU's approximation by tanh. */
export function geluTanh(x) {
    const u = round(GELU_FACTOR * fma(round(GELU_CUBIC * x), round(x * x), x));
    return round(x / round(exponential(-u) + 1));
}

/** cap · tanh(x / cap) */
export function softcap(x, cap) {
    return round(cap * tanh(round(x / cap)));
}
