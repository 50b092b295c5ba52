/** Reads an expression; what it does not know it refuses, so that no expression means something else here. */

import { categoryMask, isOf, toLower, width } from './characters.js';
import { ANY_BUT_LINE_FEED, DIGIT, SPACE, WORD_CHARACTER, anyOf, both, inAnyCase, not, property, quick, range } from './code_points.js';

/** No upper limit of a repetition. */
export const UNBOUNDED = -1;

const MAX_DEPTH = 32;
const MAX_COUNT = 1000;
const CLASSES = 'sSdDwWpP';
const LETTERS_AND_DIGITS = categoryMask('L') | categoryMask('Nd');
const ANCHORS = { b: 'word edge', B: 'no word edge', A: 'text start', z: 'text end' };
const CONTROLS = { n: 0x0a, r: 0x0d, t: 0x09, f: 0x0c, v: 0x0b };

/** Two letters that one character stands for where case does not matter: ß, ﬀ, ﬁ, ﬂ, ﬆ. */
const LIGATURES = ['ss', 'ff', 'fi', 'fl', 'st'];

/** An expression that is malformed, of a syntax that is not known here, or that takes too many steps. */
export class ExpressionError extends Error {}

/** Whether a node may match without taking a character. */
function mayBeEmpty(node) {
    switch (node.kind) {
        case 'one':
            return false;
        case 'sequence':
            return node.nodes.every(mayBeEmpty);
        case 'choice':
            return node.nodes.some(mayBeEmpty);
        case 'repeat':
            return node.least === 0 || mayBeEmpty(node.node);
        case 'atomic':
            return mayBeEmpty(node.node);
        default:
            return true;
    }
}

/** The expression as a tree of nodes. */
export function parseExpression(text) {
    return new Parser(text).parse();
}

class Parser {
    constructor(text) {
        Object.assign(this, { text, at: 0, depth: 0, anyCase: false });
    }

    parse() {
        const node = this.choice();
        if (this.at < this.text.length) {
            throw this.fault('no )');
        }
        return node;
    }

    fault(expected) {
        return new ExpressionError(`at character ${this.at} of "${this.text}": expected ${expected}`);
    }

    has(next) {
        return this.text.startsWith(next, this.at);
    }

    take(next) {
        const here = this.has(next);
        this.at += here ? next.length : 0;
        return here;
    }

    next(expected) {
        if (this.at >= this.text.length) {
            throw this.fault(expected);
        }
        const codePoint = this.text.codePointAt(this.at);
        this.at += width(codePoint);
        return codePoint;
    }

    choice() {
        if (++this.depth > MAX_DEPTH) {
            throw this.fault(`at most ${MAX_DEPTH} groups in each other`);
        }
        const nodes = [];
        do {
            nodes.push(this.sequence());
        } while (this.take('|'));
        this.depth--;
        return nodes.length === 1 ? nodes[0] : { kind: 'choice', nodes };
    }

    sequence() {
        const nodes = [];
        let before = '';
        while (this.at < this.text.length && !this.has('|') && !this.has(')')) {
            const start = this.at;
            const node = this.atom();
            if (this.anyCase && this.text[start] !== '[' && this.at === start + 1) {
                const letter = String.fromCharCode(toLower(this.text.charCodeAt(start)));
                if (LIGATURES.includes(before + letter)) {
                    throw this.fault('no letters in any case that one character stands for');
                }
                before = letter;
            } else {
                before = '';
            }
            nodes.push(this.repeated(node));
        }
        return nodes.length === 1 ? nodes[0] : { kind: 'sequence', nodes };
    }

    repeated(node) {
        let [least, most, counted] = [0, UNBOUNDED, false];
        if (this.take('+')) {
            least = 1;
        } else if (this.take('?')) {
            most = 1;
        } else if (this.take('{')) {
            counted = true;
            least = this.has(',') ? 0 : this.number();
            most = !this.take(',') ? least : this.has('}') ? UNBOUNDED : this.number();
            if (!this.take('}') || (most !== UNBOUNDED && most < least)) {
                throw this.fault('{least,most}');
            }
        } else if (!this.take('*')) {
            return node;
        }
        const mode = this.take('?') ? 'lazy' : !counted && this.take('+') ? 'possessive' : 'greedy';
        if (['*', '+', '?', '{'].some((each) => this.has(each)) || (counted && mode === 'lazy')) {
            throw this.fault('one repetition of a kind that is known');
        }
        if (node.kind !== 'one' && mayBeEmpty(node)) {
            throw this.fault('a repetition of what takes at least one character');
        }
        return { kind: 'repeat', node, least, most, mode };
    }

    number() {
        const [digits] = /^[0-9]*/.exec(this.text.slice(this.at, this.at + 8));
        this.at += digits.length;
        if (Number(digits) > MAX_COUNT) {
            throw this.fault(`at most ${MAX_COUNT}`);
        }
        if (digits === '') {
            throw this.fault('a number');
        }
        return Number(digits);
    }

    atom() {
        if (this.take('(')) {
            return this.group();
        }
        if (this.take('[')) {
            return { kind: 'one', set: quick(this.set()) };
        }
        if (this.take('.')) {
            return { kind: 'one', set: ANY_BUT_LINE_FEED };
        }
        if (this.take('^')) {
            return { kind: 'at', anchor: 'line start' };
        }
        if (this.take('$')) {
            return { kind: 'at', anchor: 'line end' };
        }
        if (this.has('\\')) {
            const letter = this.text[this.at + 1] ?? '';
            if (Object.hasOwn(ANCHORS, letter)) {
                this.at += 2;
                return { kind: 'at', anchor: ANCHORS[letter] };
            }
            this.at++;
            return this.one(this.escape());
        }
        if (this.has('*') || this.has('+') || this.has('?')) {
            throw this.fault('something to repeat');
        }
        const codePoint = this.next('a character');
        return this.one(range(codePoint, codePoint));
    }

    one(set) {
        return { kind: 'one', set: quick(this.anyCase ? inAnyCase(set) : set) };
    }

    group() {
        const outer = this.anyCase;
        const node = this.inner();
        if (!this.take(')')) {
            throw this.fault(')');
        }
        this.anyCase = outer;
        return node;
    }

    inner() {
        if (this.take('?:')) {
            return this.choice();
        }
        if (this.has('?i:') || this.has('?-i:')) {
            this.anyCase = this.take('?i:') || !this.take('?-i:');
            return this.choice();
        }
        if (this.has('?=') || this.has('?!')) {
            const negative = this.take('?!') || !this.take('?=');
            return { kind: 'ahead', negative, node: this.choice() };
        }
        if (this.take('?>')) {
            return { kind: 'atomic', node: this.choice() };
        }
        if (this.has('?<=') || this.has('?<!')) {
            const negative = this.take('?<!') || !this.take('?<=');
            const node = this.choice();
            if (node.kind !== 'one') {
                throw this.fault('one character in a look behind');
            }
            return { kind: 'behind', negative, set: node.set };
        }
        if (this.has('?')) {
            throw this.fault('a group of a kind that is known: (, (?:, (?i:, (?=, (?!, (?<=, (?<! or (?>');
        }
        return this.choice();
    }

    /** What follows a backslash, as a set. */
    escape() {
        const letter = this.next('a character after \\');
        switch (String.fromCodePoint(letter)) {
            case 's':
                return SPACE;
            case 'S':
                return not(SPACE);
            case 'd':
                return DIGIT;
            case 'D':
                return not(DIGIT);
            case 'w':
                return WORD_CHARACTER;
            case 'W':
                return not(WORD_CHARACTER);
            case 'p':
                return this.property();
            case 'P':
                return not(this.property());
            default: {
                const codePoint = this.character(letter);
                return range(codePoint, codePoint);
            }
        }
    }

    property() {
        const end = this.text.indexOf('}', this.at);
        if (!this.take('{') || end < 0) {
            throw this.fault('{NAME} after \\p');
        }
        const negative = this.take('^');
        const name = this.text.slice(this.at, end);
        const set = property(name);
        if (!set) {
            throw new ExpressionError(`\\p{${name}} is not known`);
        }
        this.at = end + 1;
        return negative ? not(set) : set;
    }

    character(codePoint) {
        const letter = String.fromCodePoint(codePoint);
        if (Object.hasOwn(CONTROLS, letter)) {
            return CONTROLS[letter];
        }
        if (letter === 'u') {
            return this.hexadecimal(4);
        }
        if (letter === 'x') {
            if (!this.take('{')) {
                return this.hexadecimal(2);
            }
            const end = this.text.indexOf('}', this.at);
            const value = this.hexadecimal(end - this.at);
            this.at = end + 1;
            return value;
        }
        if (isOf(codePoint, LETTERS_AND_DIGITS)) {
            throw this.fault(`an escape that is known, not \\${letter}`);
        }
        return codePoint;
    }

    hexadecimal(count) {
        const digits = this.text.slice(this.at, this.at + Math.max(count, 0));
        if (count < 1 || count > 6 || digits.length < count || !/^[0-9a-f]+$/i.test(digits)) {
            throw this.fault('hexadecimal digits');
        }
        this.at += count;
        return parseInt(digits, 16);
    }

    /** After its opening bracket: members, ranges, sets within it, and intersections. */
    set() {
        if (++this.depth > MAX_DEPTH) {
            throw this.fault(`at most ${MAX_DEPTH} sets in each other`);
        }
        const negative = this.take('^');
        let all;
        let members = [];
        while (!this.take(']') || (members.length === 0 && !all)) {
            if (this.take('&&')) {
                const left = anyOf(members);
                all = all ? both(all, left) : left;
                members = [];
            } else if (this.has('[:')) {
                throw this.fault('no POSIX class');
            } else if (this.take('[')) {
                members.push(this.set());
            } else {
                members.push(this.member());
            }
        }
        const last = anyOf(members);
        const plain = all ? both(all, last) : last;
        const set = this.anyCase ? inAnyCase(plain) : plain;
        this.depth--;
        return negative ? not(set) : set;
    }

    member() {
        let first;
        if (this.take('\\')) {
            const letter = this.next('a character after \\');
            if (CLASSES.includes(String.fromCodePoint(letter))) {
                this.at--;
                return this.escape();
            }
            first = this.character(letter);
        } else {
            first = this.next(']');
        }
        if (!this.has('-') || this.at + 1 >= this.text.length || this.text[this.at + 1] === ']') {
            return range(first, first);
        }
        this.at++;
        const isSet = this.has('[') || (this.has('\\') && CLASSES.includes(this.text[this.at + 1] ?? '?'));
        if (isSet) {
            throw this.fault('a range of characters');
        }
        const next = this.next('a character after -');
        const last = next === 0x5c ? this.character(this.next('a character after \\')) : next;
        if (last < first) {
            throw this.fault('a range that ascends');
        }
        return range(first, last);
    }
}
