/**
 * A compiled expression: it finds the leftmost match, of several there the one that backtracking tries first, as Oniguruma
 * does. The browser's own RegExp has other classes and no possessive or atomic groups.
 */

import { WORD_CHARACTER } from './code_points.js';
import { codePointBefore, width } from './characters.js';
import { ExpressionError, UNBOUNDED, parseExpression } from './expression_parser.js';
import { TokenizerFault } from './section.js';

const MAX_CHARACTERS = 8192;
const MAX_CODE = 1 << 16;

/** The most steps that cutting one text may take: seconds. */
const MAX_STEPS = 2 ** 30;

const [ONE, RUN, SPLIT, JUMP, AHEAD, BEHIND, ATOMIC, AT, MATCH] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/** An expression of a section. */
export function expressionOf(source, place) {
    try {
        return new Expression(source);
    } catch (error) {
        if (error instanceof ExpressionError) {
            throw new TokenizerFault(place, 'an expression that can be followed', error.message);
        }
        throw error;
    }
}

export class Expression {
    /**
     * Compiles an expression.
     *
     * @param {string} source
     */
    constructor(source) {
        this.source = source;
        if (source.length > MAX_CHARACTERS) {
            throw new ExpressionError(`expected an expression of at most ${MAX_CHARACTERS} characters, found ${source.length}`);
        }
        this.code = [];
        this.emit(parseExpression(source));
        this.add(MATCH);
    }

    /** Adds an instruction: a and b are places to go on at, or the least and the most of a run. */
    add(op, more = {}) {
        if (this.code.length === MAX_CODE) {
            throw new ExpressionError(`"${this.source}" takes more than ${MAX_CODE} instructions`);
        }
        return this.code.push({ op, a: 0, b: 0, flag: false, set: undefined, anchor: undefined, ...more }) - 1;
    }

    target(index, a, b = 0) {
        Object.assign(this.code[index], { a, b });
    }

    emit(node) {
        switch (node.kind) {
            case 'one':
                this.add(ONE, { set: node.set });
                break;
            case 'sequence':
                node.nodes.forEach((each) => this.emit(each));
                break;
            case 'choice':
                this.emitChoice(node.nodes);
                break;
            case 'repeat':
                this.emitRepeat(node);
                break;
            case 'ahead':
                this.emitInner(AHEAD, node.node, node.negative);
                break;
            case 'behind':
                this.add(BEHIND, { flag: node.negative, set: node.set });
                break;
            case 'atomic':
                this.emitInner(ATOMIC, node.node, false);
                break;
            default:
                this.add(AT, { anchor: node.anchor });
        }
    }

    emitInner(op, node, negative) {
        const start = this.add(op, { flag: negative });
        this.emit(node);
        this.add(MATCH);
        this.target(start, this.code.length);
    }

    emitChoice(nodes) {
        const jumps = [];
        nodes.slice(0, -1).forEach((node) => {
            const split = this.add(SPLIT);
            this.emit(node);
            jumps.push(this.add(JUMP));
            this.target(split, split + 1, this.code.length);
        });
        this.emit(nodes.at(-1));
        jumps.forEach((jump) => this.target(jump, this.code.length));
    }

    emitRepeat({ node, least, most, mode }) {
        const lazy = mode === 'lazy';
        const possessive = mode === 'possessive';
        if (node.kind === 'one' && !lazy) {
            this.add(RUN, { a: least, b: most, flag: possessive, set: node.set });
            return;
        }
        const start = possessive ? this.add(ATOMIC) : -1;
        for (let i = 0; i < least; i++) {
            this.emit(node);
        }
        if (most === UNBOUNDED) {
            const split = this.add(SPLIT);
            this.emit(node);
            this.add(JUMP, { a: split });
            this.branch(split, lazy);
        } else {
            const splits = [];
            for (let i = least; i < most; i++) {
                splits.push(this.add(SPLIT));
                this.emit(node);
            }
            splits.forEach((split) => this.branch(split, lazy));
        }
        if (possessive) {
            this.add(MATCH);
            this.target(start, this.code.length);
        }
    }

    /** Goes into what follows the split, or past all that is there now. */
    branch(split, lazy) {
        const end = this.code.length;
        this.target(split, lazy ? end : split + 1, lazy ? split + 1 : end);
    }

    /** Looks for matches in a text. */
    in(text) {
        return new Finder(this.code, text);
    }
}

/** One text's matches, one after another. */
class Finder {
    constructor(code, text) {
        Object.assign(this, { code, text, steps: 0, next: 0, lastEnd: -1, start: 0, end: 0 });
        this.beginsWithRun = code[0].op === RUN && code[0].b === UNBOUNDED;
        this.stack = []; // where to go on when a way fails: place, position, and of a run the least position
    }

    /** Finds the next match: one that is empty is not taken right after another. */
    find() {
        while (this.next <= this.text.length) {
            const found = this.run(0, this.next);
            if (found < 0) {
                this.next = this.afterFailure();
            } else if (found === this.next && found === this.lastEnd) {
                this.next = this.after(this.next);
            } else {
                this.start = this.next;
                this.end = found;
                this.next = found;
                this.lastEnd = found;
                return true;
            }
        }
        return false;
    }

    after(position) {
        return position + (position < this.text.length ? width(this.text.codePointAt(position)) : 1);
    }

    /** A run at the beginning that led to nothing leads to nothing from within itself either. */
    afterFailure() {
        let position = this.next;
        if (this.beginsWithRun) {
            const { set } = this.code[0];
            while (position < this.text.length && set(this.text.codePointAt(position))) {
                position = this.after(position);
            }
        }
        return Math.max(position, this.after(this.next));
    }

    /** The end of a match that begins at a place and a position, or -1. */
    run(from, at) {
        const { code, text, stack } = this;
        const base = stack.length;
        let [place, position] = [from, at];
        for (;;) {
            if (++this.steps > MAX_STEPS) {
                throw new ExpressionError(`cutting a text takes more than ${MAX_STEPS} steps`);
            }
            const now = code[place];
            let ok = true;
            switch (now.op) {
                case ONE: {
                    const c = position < text.length ? text.codePointAt(position) : -1;
                    ok = c >= 0 && now.set(c);
                    position += ok ? width(c) : 0;
                    place++;
                    break;
                }
                case RUN: {
                    let floor = position;
                    let count = 0;
                    while (count !== now.b && position < text.length) {
                        const c = text.codePointAt(position);
                        if (!now.set(c)) {
                            break;
                        }
                        position += width(c);
                        count++;
                        floor = count === now.a ? position : floor;
                    }
                    this.steps += count;
                    ok = count >= now.a;
                    place++;
                    if (ok && count > now.a && !now.flag) {
                        stack.push(place, position, floor);
                    }
                    break;
                }
                case SPLIT:
                    stack.push(now.b, position, -1);
                    place = now.a;
                    break;
                case JUMP:
                    place = now.a;
                    break;
                case AHEAD:
                    ok = this.run(place + 1, position) >= 0 !== now.flag;
                    place = now.a;
                    break;
                case BEHIND:
                    ok = (position > 0 && now.set(codePointBefore(text, position))) !== now.flag;
                    place++;
                    break;
                case ATOMIC:
                    position = this.run(place + 1, position);
                    ok = position >= 0;
                    place = now.a;
                    break;
                case AT:
                    ok = this.isAt(now.anchor, position);
                    place++;
                    break;
                default:
                    stack.length = base;
                    return position;
            }
            if (!ok) {
                const top = stack.length;
                if (top === base) {
                    return -1;
                }
                place = stack[top - 3];
                position = stack[top - 2];
                const floor = stack[top - 1];
                if (floor >= 0) {
                    position -= width(codePointBefore(text, position));
                    stack[top - 2] = position;
                }
                if (position <= floor || floor < 0) {
                    stack.length = top - 3;
                }
            }
        }
    }

    isAt(anchor, position) {
        const { text } = this;
        switch (anchor) {
            case 'text start':
                return position === 0;
            case 'text end':
                return position === text.length;
            case 'line start':
                return position === 0 || text[position - 1] === '\n';
            case 'line end':
                return position === text.length || text[position] === '\n';
            case 'word edge':
                return this.isWordEdge(position);
            default:
                return !this.isWordEdge(position);
        }
    }

    isWordEdge(position) {
        const { text } = this;
        const before = position > 0 && WORD_CHARACTER(codePointBefore(text, position));
        const after = position < text.length && WORD_CHARACTER(text.codePointAt(position));
        return before !== after;
    }
}
