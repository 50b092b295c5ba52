/**
 * Functions of doubles to the bit of Java's StrictMath, which is fdlibm (Sun Microsystems, 1993). A browser's own Math.exp,
 * Math.cos and their kin promise no bits.
 */

const f64 = new Float64Array(1);
const i32 = new Int32Array(f64.buffer); // little endian, as every platform of a browser is
const LOW = 0;
const HIGH = 1;

/** The most that an angle may be, in radians: further out fdlibm needs more of π than is here. */
export const MAX_ANGLE = 823549;

function high(x) {
    f64[0] = x;
    return i32[HIGH];
}

function withHigh(x, word) {
    f64[0] = x;
    i32[HIGH] = word;
    return f64[0];
}

function withoutLow(x) {
    f64[0] = x;
    i32[LOW] = 0;
    return f64[0];
}

const LN2_HIGH = 6.93147180369123816490e-01;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.44269504088896338700e+00;
const P1 = 1.66666666666666019037e-01;
const P2 = -2.77777777770155933842e-03;
const P3 = 6.61375632143793436117e-05;
const P4 = -1.65339022054652515390e-06;
const P5 = 4.13813679705723846039e-08;

/** eˣ */
export function exp(x) {
    const sign = x < 0 ? 1 : 0;
    const size = high(x) & 0x7fffffff;
    if (Number.isNaN(x)) {
        return x;
    }
    if (x > 7.09782712893383973096e+02) {
        return Infinity;
    }
    if (x < -7.45133219101941108420e+02) {
        return 0;
    }
    let k = 0;
    let hi = 0;
    let lo = 0;
    if (size > 0x3fd62e42) { // |x| > ln 2 / 2
        if (size < 0x3ff0a2b2) { // |x| < 1.5 · ln 2
            hi = sign ? x + LN2_HIGH : x - LN2_HIGH;
            lo = sign ? -LN2_LOW : LN2_LOW;
            k = 1 - sign - sign;
        } else {
            k = Math.trunc(INVERSE_LN2 * x + (sign ? -0.5 : 0.5));
            hi = x - k * LN2_HIGH;
            lo = k * LN2_LOW;
        }
        x = hi - lo;
    } else if (size < 0x3e300000) { // |x| < 2⁻²⁸
        return 1 + x;
    }
    const t = x * x;
    const c = x - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
    if (k === 0) {
        return 1 - ((x * c) / (c - 2) - x);
    }
    const y = 1 - (lo - (x * c) / (2 - c) - hi);
    if (k >= -1021) {
        return k === 1024 ? y * 2 * 2 ** 1023 : withHigh(y, high(y) + (k << 20));
    }
    return withHigh(y, high(y) + ((k + 1000) << 20)) * 2 ** -1000;
}

const PIO2_1 = 1.57079632673412561417e+00;
const PIO2_1T = 6.07710050650619224932e-11;
const PIO2_2 = 6.07710050630396597660e-11;
const PIO2_2T = 2.02226624879595063154e-21;
const PIO2_3 = 2.02226624871116645580e-21;
const PIO2_3T = 8.47842766036889956997e-32;
const INVERSE_PIO2 = 6.36619772367581382433e-01;
const MULTIPLES = Int32Array.from({ length: 32 }, (_, i) => high((i + 1) * (Math.PI / 2)));

/** What is left of an angle after whole quarters: y[0] + y[1], and the number of quarters. */
function quarters(x, y) {
    const word = high(x);
    const size = word & 0x7fffffff;
    if (size <= 0x3fe921fb) { // |x| ≤ π/4
        y[0] = x;
        y[1] = 0;
        return 0;
    }
    if (size < 0x4002d97c) { // |x| < 3π/4
        const sign = word > 0 ? 1 : -1;
        let z = x - sign * PIO2_1;
        let tail = sign * PIO2_1T;
        if (size === 0x3ff921fb) { // near π/2: more of it is needed
            z -= sign * PIO2_2;
            tail = sign * PIO2_2T;
        }
        y[0] = z - tail;
        y[1] = z - y[0] - tail;
        return sign;
    }
    if (!(Math.abs(x) <= MAX_ANGLE)) {
        throw new RangeError(`expected an angle of at most ${MAX_ANGLE}, found ${x}`);
    }
    let t = Math.abs(x);
    const n = Math.trunc(t * INVERSE_PIO2 + 0.5);
    let r = t - n * PIO2_1;
    let w = n * PIO2_1T;
    y[0] = r - w;
    if (n >= 32 || size === MULTIPLES[n - 1]) {
        const exponent = size >> 20;
        if (exponent - ((high(y[0]) >> 20) & 0x7ff) > 16) {
            t = r;
            w = n * PIO2_2;
            r = t - w;
            w = n * PIO2_2T - (t - r - w);
            y[0] = r - w;
            if (exponent - ((high(y[0]) >> 20) & 0x7ff) > 49) {
                t = r;
                w = n * PIO2_3;
                r = t - w;
                w = n * PIO2_3T - (t - r - w);
                y[0] = r - w;
            }
        }
    }
    y[1] = r - y[0] - w;
    if (word < 0) {
        y[0] = -y[0];
        y[1] = -y[1];
        return -n;
    }
    return n;
}

function sine(x, y, isWhole) {
    if ((high(x) & 0x7fffffff) < 0x3e400000) { // |x| < 2⁻²⁷
        return x;
    }
    const z = x * x;
    const v = z * x;
    const r = 8.33333333332248946124e-03
        + z * (-1.98412698298579493134e-04
            + z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
    const s1 = -1.66666666666666324348e-01;
    return isWhole ? x + v * (s1 + z * r) : x - (z * (0.5 * y - v * r) - y - v * s1);
}

function cosine(x, y) {
    const size = high(x) & 0x7fffffff;
    if (size < 0x3e400000) {
        return 1;
    }
    const z = x * x;
    const r = z * (4.16666666666666019037e-02
        + z * (-1.38888888888741095749e-03
            + z * (2.48015872894767294178e-05
                + z * (-2.75573143513906633035e-07
                    + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
    if (size < 0x3fd33333) { // |x| < 0.3
        return 1 - (0.5 * z - (z * r - x * y));
    }
    const q = size > 0x3fe90000 ? 0.28125 : withHigh(0, size - 0x00200000);
    return 1 - q - (0.5 * z - q - (z * r - x * y));
}

const rest = new Float64Array(2);

/** The sine of an angle of at most {@link MAX_ANGLE} */
export function sin(x) {
    if ((high(x) & 0x7fffffff) <= 0x3fe921fb) {
        return sine(x, 0, true);
    }
    const n = quarters(x, rest) & 3;
    const value = n & 1 ? cosine(rest[0], rest[1]) : sine(rest[0], rest[1], false);
    return n & 2 ? -value : value;
}

/** The cosine of an angle of at most {@link MAX_ANGLE} */
export function cos(x) {
    if ((high(x) & 0x7fffffff) <= 0x3fe921fb) {
        return cosine(x, 0);
    }
    const n = quarters(x, rest) & 3;
    const value = n & 1 ? sine(rest[0], rest[1], false) : cosine(rest[0], rest[1]);
    return n === 1 || n === 2 ? -value : value;
}

const L1 = 5.99999999999994648725e-01;
const L2 = 4.28571428578550184252e-01;
const L3 = 3.33333329818377432918e-01;
const L4 = 2.72728123808534006489e-01;
const L5 = 2.30660745775561754067e-01;
const L6 = 2.06975017800338417784e-01;
const LG2 = 6.93147180559945286227e-01;
const LG2_HIGH = 6.93147182464599609375e-01;
const LG2_LOW = -1.90465429995776804525e-09;
const CP = 9.61796693925975554329e-01; // 2 / (3 · ln 2)
const CP_HIGH = 9.61796700954437255859e-01;
const CP_LOW = -7.02846165095275826516e-09;

/** xʸ of a finite x of at least 1 and a y that is not so large that the result is beyond double's normal range. */
export function pow(x, y) {
    if (y === 0 || x === 1) {
        return 1;
    }
    if (y === 1 || y === -1) {
        return y === 1 ? x : 1 / x;
    }
    if (y === 2 || y === 0.5) {
        return y === 2 ? x * x : Math.sqrt(x);
    }
    // x = 2ⁿ · (1 + f), with 1 + f near 1 or 1.5; log2(x) = n + log2 of that, to some 70 bits in t1 + t2.
    let word = high(x);
    let n = (word >> 20) - 0x3ff;
    const j = word & 0x000fffff;
    word = j | 0x3ff00000;
    let k = 0;
    if (j > 0x3988e) { // √(3/2)
        if (j < 0xbb67a) { // √3
            k = 1;
        } else {
            n += 1;
            word -= 0x00100000;
        }
    }
    const a = withHigh(x, word);
    const base = k ? 1.5 : 1;
    let u = a - base;
    let v = 1 / (a + base);
    const s = u * v;
    const sHigh = withoutLow(s);
    let tHigh = withHigh(0, ((word >> 1) | 0x20000000) + 0x00080000 + (k << 18));
    let tLow = a - (tHigh - base);
    const sLow = v * (u - sHigh * tHigh - sHigh * tLow);
    let s2 = s * s;
    let r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6)))));
    r += sLow * (sHigh + s);
    s2 = sHigh * sHigh;
    tHigh = withoutLow(3 + s2 + r);
    tLow = r - (tHigh - 3 - s2);
    u = sHigh * tHigh;
    v = sLow * tHigh + tLow * s;
    const pHigh = withoutLow(u + v);
    const pLow = v - (pHigh - u);
    const zHigh = CP_HIGH * pHigh;
    const zLow = CP_LOW * pHigh + pLow * CP + (k ? 1.35003920212974897128e-08 : 0);
    const added = k ? 5.84962487220764160156e-01 : 0;
    const t1 = withoutLow(zHigh + zLow + added + n);
    const t2 = zLow - (t1 - n - added - zHigh);
    // y · log2(x), in two parts, and 2 to that.
    const y1 = withoutLow(y);
    const low = (y - y1) * t1 + y * t2;
    let upper = y1 * t1;
    let z = low + upper;
    const bits = high(z);
    if (!(Math.abs(z) < 1021)) {
        throw new RangeError(`${x} to the power ${y} is beyond what is computed here`);
    }
    const size = bits & 0x7fffffff;
    let whole = 0;
    if (size > 0x3fe00000) { // |z| > 0.5
        const shifted = bits + (0x00100000 >> ((size >> 20) - 0x3ff + 1));
        const exponent = ((shifted & 0x7fffffff) >> 20) - 0x3ff;
        const t = withHigh(0, shifted & ~(0x000fffff >> exponent));
        whole = ((shifted & 0x000fffff) | 0x00100000) >> (20 - exponent);
        if (bits < 0) {
            whole = -whole;
        }
        upper -= t;
    }
    let t = withoutLow(low + upper);
    u = t * LG2_HIGH;
    v = (low - (t - upper)) * LG2 + t * LG2_LOW;
    z = u + v;
    const w = v - (z - u);
    t = z * z;
    const c = z - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
    r = (z * c) / (c - 2) - (w + z * w);
    z = 1 - (r - z);
    return withHigh(z, high(z) + (whole << 20));
}

/** The natural logarithm of a normal number above 0. */
export function log(x) {
    let word = high(x);
    let k = (word >> 20) - 1023;
    word &= 0x000fffff;
    const up = (word + 0x95f64) & 0x100000; // x is brought into √2/2 … √2
    k += up >> 20;
    const f = withHigh(x, word | (up ^ 0x3ff00000)) - 1;
    if ((0x000fffff & (2 + word)) < 3) { // |f| < 2⁻²⁰
        if (f === 0) {
            return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
        }
        const r = f * f * (0.5 - 0.33333333333333333 * f);
        return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
    }
    const s = f / (2 + f);
    const z = s * s;
    const w = z * z;
    const t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const t2 = z * (6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    const r = t2 + t1;
    if (((word - 0x6147a) | (0x6b851 - word)) > 0) {
        const half = 0.5 * f * f;
        return k === 0 ? f - (half - s * (half + r)) : k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
    }
    return k === 0 ? f - s * (f - r) : k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

/** eˣ − 1, near 0 too. */
export function expm1(x) {
    const isNegative = x < 0;
    const size = high(x) & 0x7fffffff;
    if (size >= 0x4043687a && (Number.isNaN(x) || x > 7.09782712893383973096e+02 || isNegative)) { // |x| ≥ 56 · ln 2
        return Number.isNaN(x) || !isNegative ? (Number.isNaN(x) ? x : Infinity) : -1;
    }
    let k = 0;
    let c = 0;
    if (size > 0x3fd62e42) { // |x| > ln 2 / 2
        let hi;
        let lo;
        if (size < 0x3ff0a2b2) {
            hi = isNegative ? x + LN2_HIGH : x - LN2_HIGH;
            lo = isNegative ? -LN2_LOW : LN2_LOW;
            k = isNegative ? -1 : 1;
        } else {
            k = Math.trunc(INVERSE_LN2 * x + (isNegative ? -0.5 : 0.5));
            hi = x - k * LN2_HIGH;
            lo = k * LN2_LOW;
        }
        x = hi - lo;
        c = hi - x - lo;
    } else if (size < 0x3c900000) { // |x| < 2⁻⁵⁴
        return x;
    }
    const half = 0.5 * x;
    const square = x * half;
    const r1 = 1 + square * (-3.33333333333331316428e-02
        + square * (1.58730158725481460165e-03
            + square * (-7.93650757867487942473e-05
                + square * (4.00821782732936239552e-06 + square * -2.01099218183624371326e-07))));
    const t = 3 - r1 * half;
    let e = square * ((r1 - t) / (6 - x * t));
    if (k === 0) {
        return x - (x * e - square);
    }
    e = x * (e - c) - c - square;
    if (k === -1) {
        return 0.5 * (x - e) - 0.5;
    }
    if (k === 1) {
        return x < -0.25 ? -2 * (e - (x + 0.5)) : 1 + 2 * (x - e);
    }
    if (k <= -2 || k > 56) {
        const y = 1 - (e - x);
        return (k === 1024 ? y * 2 * 2 ** 1023 : withHigh(y, high(y) + (k << 20))) - 1;
    }
    if (k < 20) {
        const y = withHigh(1, 0x3ff00000 - (0x200000 >> k)) - (e - x); // 1 − 2⁻ᵏ
        return withHigh(y, high(y) + (k << 20));
    }
    const y = x - (e + withHigh(1, (0x3ff - k) << 20)) + 1; // 2⁻ᵏ
    return withHigh(y, high(y) + (k << 20));
}

/** The hyperbolic tangent. */
export function tanh(x) {
    const size = high(x) & 0x7fffffff;
    if (Number.isNaN(x)) {
        return x;
    }
    let z = 1;
    if (size < 0x40360000) { // |x| < 22
        if (size < 0x3c800000) { // |x| < 2⁻⁵⁵
            return x * (1 + x);
        }
        if (size >= 0x3ff00000) {
            z = 1 - 2 / (expm1(2 * Math.abs(x)) + 2);
        } else {
            const t = expm1(-2 * Math.abs(x));
            z = -t / (t + 2);
        }
    }
    return x < 0 ? -z : z;
}
