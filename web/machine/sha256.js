/** SHA-256 (FIPS 180-4) and CRC-32C, for pages that are not a secure context, where crypto.subtle is absent. */

const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) {
    if (PRIMES.every((prime) => n % prime !== 0)) {
        PRIMES.push(n);
    }
}
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

/** @returns {Uint8Array} // [32] */
export function sha256(bytes) {
    const state = Int32Array.from(START);
    const w = new Int32Array(64);
    const whole = bytes.length - (bytes.length % 64);
    for (let at = 0; at < whole; at += 64) {
        block(bytes, at, state, w);
    }
    const left = bytes.length - whole;
    const tail = new Uint8Array(left < 56 ? 64 : 128);
    tail.set(bytes.subarray(whole));
    tail[left] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
    for (let at = 0; at < tail.length; at += 64) {
        block(tail, at, state, w);
    }
    const out = new Uint8Array(32);
    state.forEach((word, i) => new DataView(out.buffer).setInt32(4 * i, word));
    return out;
}

function block(bytes, at, state, w) {
    for (let i = 0; i < 16; i++, at += 4) {
        w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i++) {
        const [x, y] = [w[i - 15], w[i - 2]];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + t1) | 0;
        d = c;
        c = b;
        b = a;
        a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
}

const CRC = Int32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) {
        n = n & 1 ? 0x82f63b78 ^ (n >>> 1) : n >>> 1;
    }
    return n;
});

/** The CRC-32C of the bytes of all parts, one after the other. */
export function crc32c(...parts) {
    let crc = -1;
    for (const part of parts) {
        for (let i = 0; i < part.length; i++) {
            crc = CRC[(crc ^ part[i]) & 255] ^ (crc >>> 8);
        }
    }
    return ~crc >>> 0;
}

export function hex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
