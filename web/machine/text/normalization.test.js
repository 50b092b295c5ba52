/** Normal forms where a browser's Unicode is older or newer than the table: node --test web/machine */

import assert from 'node:assert/strict';
import test from 'node:test';

import { form } from './normalization.js';

const KIRAT_RAI_AI = '\u{16D68}'; // since Unicode 16

test('a character that the browser is too old for is refused by name where a normal form may change it', () => {
    const isOld = (c) => c < 0x16d40 || c > 0x16d7f;
    assert.throws(() => form('NFC', isOld).apply(`a ${KIRAT_RAI_AI}`), /NFC, found U\+16D68/);
    assert.throws(() => form('NFC', isOld).apply('\u{16D67}\u{16D67}'), /U\+16D67/); // these two become one
    assert.equal(form('NFC', isOld).apply('\u{16D43}e\u0301'), '\u{16D43}é'); // a letter that no form changes
});

test('a character that is newer than the table stays, and parts others as an unassigned one does', () => {
    const unassigned = '\u{1FFFD}';
    assert.equal(form('NFC').apply(`e${unassigned}\u0301`), `e${unassigned}\u0301`);
    assert.equal(form('NFKD').apply(`é${unassigned}ﬁ`), `e\u0301${unassigned}fi`);
});
