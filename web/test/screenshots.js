/**
 * Takes the pictures of the page that docs/gallery.md shows: node screenshots.js PAGE.html FOLDER. Environment: MODULES where the
 * packages are, CHROMIUM the browser.
 */

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { chunk } from '../../clients/javascript/pixel_llm.js';
import { SOFTWARE } from '../machine/version.js';

const { MODULES, CHROMIUM } = process.env;
const { chromium } = createRequire(path.join(MODULES, 'index.js'))('playwright-core');
const [page, folder] = process.argv.slice(2);
const TEXT = 'Once upon a time there was a little girl';
const IHDR_END = 33;

const SHOTS = [
    { name: 'page.png', viewport: { width: 1280, height: 800 }, colorScheme: 'light', panel: 'Tokens' },
    { name: 'page_dark.png', viewport: { width: 1280, height: 800 }, colorScheme: 'dark', panel: 'Attention' },
    { name: 'page_phone.png', viewport: { width: 360, height: 640 }, colorScheme: 'dark', panel: 'Going on', goesOn: true },
];

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
for (const { name, viewport, colorScheme, panel, goesOn } of SHOTS) {
    const view = await browser.newPage({ viewport, colorScheme });
    view.setDefaultTimeout(300_000);
    await view.goto(pathToFileURL(page).href);
    await view.waitForFunction(() => !document.getElementById('run').disabled);
    await view.fill('#text', TEXT);
    await view.click('#run');
    await view.waitForFunction(() => document.getElementById('busy').textContent === '' && !document.getElementById('run').disabled);
    if (goesOn) {
        await view.getByRole('button', { name: 'Go on' }).click();
        await view.waitForFunction(() => document.querySelectorAll('.story button').length >= 120);
        await view.locator('.story button').nth(40).click();
    }
    if (panel === 'Attention') {
        await view.locator('.token').nth(22).click();
    }
    if (panel !== 'Tokens') {
        await view.getByRole('heading', { name: panel, exact: true }).evaluate((heading) => heading.scrollIntoView());
    }
    await view.waitForTimeout(1500);
    const png = await view.screenshot();
    const text = chunk('tEXt', Buffer.from(`Software\0${SOFTWARE}, its page in Chromium`, 'latin1'));
    await writeFile(path.join(folder, name), Buffer.concat([png.subarray(0, IHDR_END), text, png.subarray(IHDR_END)]));
    await view.close();
}
await browser.close();
