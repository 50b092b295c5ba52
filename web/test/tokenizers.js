/** Runs the tokenizers that a folder holds: tokenizers.json. node tokenizers.js FOLDER */

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { CartridgeError } from '../machine/errors.js';
import { tokenizerOf } from '../machine/tokenizer.js';

const { tokenizers, changed } = JSON.parse(await readFile(path.join(process.argv[2], 'tokenizers.json'), 'utf8'));
const bytesOf = (section) => new Uint8Array(Buffer.from(section, 'base64'));
const textOf = (units) => String.fromCharCode(...units);
const wrong = [];
let count = 0;

function compare(what, found, expected) {
    count++;
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
        wrong.push(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
    }
}

for (const { name, section, about, ends, controls, labels, texts, streams } of tokenizers) {
    try {
        const tokenizer = tokenizerOf({ tokenizer: bytesOf(section), file: name });
        compare(`${name}, about`, [tokenizer.name, tokenizer.vocabulary, tokenizer.bos, tokenizer.eos, tokenizer.spacePrefix].join(), about);
        ends.forEach((isEnd, id) => compare(`${name}, end ${id}`, tokenizer.isEnd(id), isEnd));
        Object.entries(controls).forEach(([word, id]) => compare(`${name}, ${word}`, tokenizer.control(word), id));
        labels.forEach((label, id) => compare(`${name}, label of ${id}`, tokenizer.decode(id), label));
        texts.forEach(({ text, ids }) => compare(`${name}, ${JSON.stringify(textOf(text))}`, tokenizer.encode(textOf(text)), ids));
        streams.forEach(({ fromTheBeginning, ids, parts }) => {
            const decoder = tokenizer.decoder({ fromTheBeginning });
            compare(`${name}, stream ${ids}`, [...ids.map((id) => decoder.add(id)), decoder.end()], parts);
        });
    } catch (error) {
        wrong.push(`${name}: ${error.stack}`);
    }
}
for (const { section, text, changes } of changed) {
    const original = bytesOf(section);
    for (const { length, at, value, place, ids } of changes) {
        const bytes = new Uint8Array(length);
        bytes.set(original.subarray(0, length));
        bytes[at] = value;
        try {
            const found = tokenizerOf({ tokenizer: bytes, file: 'changed.pxi' }).encode(text);
            compare(`a section with byte ${value} at ${at} of ${length}, ${place ?? 'which is read'}`, found, ids);
        } catch (error) {
            const isClear = error instanceof CartridgeError && error.message.startsWith('changed.pxi: ');
            compare(`a changed section, ${isClear ? error.message : error.stack}`, isClear && error.place, place);
        }
    }
}
if (wrong.length > 0) {
    console.log(`${wrong.length} of ${count} answers differ:\n${wrong.slice(0, 20).join('\n')}`);
    process.exit(1);
}
console.log(`${count} answers are the same`);
