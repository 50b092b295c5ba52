/** Runs the cases that a folder holds: cases.json and their cartridges. node cases.js FOLDER */

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { openCartridge } from '../machine/cartridge.js';
import { Machine, Session } from '../machine/executor.js';

const folder = process.argv[2];
const cases = JSON.parse(await readFile(path.join(folder, 'cases.json'), 'utf8'));
const wrong = [];
for (const { name, file, before, tokens, rows, logits } of cases) {
    try {
        const cartridge = await openCartridge(new Uint8Array(await readFile(path.join(folder, file))), file);
        const session = new Session(new Machine(cartridge));
        if (before.length > 0) {
            session.run(before, { rows: 0 });
        }
        const found = new Int32Array(session.run(tokens, { rows }).buffer);
        const at = logits.findIndex((bits, i) => bits !== found[i]);
        if (at >= 0 || found.length !== logits.length) {
            wrong.push(`${name}, value ${at}: expected bits ${logits[at]}, found ${found[at]}`);
        }
    } catch (error) {
        wrong.push(`${name}: ${error.stack}`);
    }
}
if (wrong.length > 0) {
    console.log(`${wrong.length} of ${cases.length} cases differ:\n${wrong.slice(0, 20).join('\n')}`);
    process.exit(1);
}
console.log(`${cases.length} cases give the same bits`);
