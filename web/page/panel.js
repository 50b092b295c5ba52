/** A panel: a title, buttons for its files, a body. */

import { el, fill, freshId } from './dom.js';

/**
 * A panel on the page.
 *
 * @param {{title: string, wide?: boolean, hint?: string}} options
 */
export function panel({ title, wide = false, hint = '' }) {
    const id = freshId('panel');
    const files = el('span.files', {});
    const body = el('div', {});
    const section = el(wide ? 'section.panel.wide' : 'section.panel', { 'aria-labelledby': id, hidden: true },
        el('header', {}, el('h2', { id }, title), files),
        hint ? el('p.hint', {}, hint) : undefined,
        body);
    return {
        section, body,
        /** Shows the panel with these files: name, a function that gives bytes or text, and its type. */
        show(...children) {
            fill(body, ...children);
            section.hidden = false;
        },
        hide() {
            section.hidden = true;
        },
        files(list) {
            fill(files, ...list.map(({ label, name, make, type = 'image/png' }) =>
                el('button', { type: 'button', title: `Save ${name}`, onclick: () => save(name, make(), type) }, label)));
        },
        /** A button that copies the command line that makes this panel's files. */
        command(line) {
            const button = el('button', { type: 'button', title: line, onclick: () => copy(button, line) }, 'command');
            files.append(button);
        },
    };
}

/** Offers bytes or text as a file. */
export function save(name, content, type) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    const anchor = el('a', { href: url, download: name });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Copies a text and says so on the button. */
export async function copy(button, text) {
    const label = button.textContent;
    try {
        await navigator.clipboard.writeText(text);
        button.textContent = 'copied';
    } catch {
        window.prompt('Copy this:', text); // without a secure context there is no clipboard
    }
    setTimeout(() => (button.textContent = label), 1500);
}

/** A word of a shell's command line. */
export const quoted = (text) => (/^[A-Za-z0-9_./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
