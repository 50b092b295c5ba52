/** Elements without innerHTML: text is always text. */

/**
 * An element.
 *
 * @param {string} tag with classes: `button.primary`
 * @param {object} attributes properties whose names begin with `on` are listeners; `style` entries are set as custom properties
 * @param {...(Node|string)} children
 */
export function el(tag, attributes = {}, ...children) {
    const [name, ...classes] = tag.split('.');
    const element = document.createElement(name);
    element.classList.add(...classes);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('on')) {
            element.addEventListener(key.slice(2), value);
        } else if (key === 'style') {
            Object.entries(value).forEach(([property, text]) => element.style.setProperty(property, text));
        } else if (value === true || value === false) {
            key.startsWith('aria-') ? element.setAttribute(key, String(value)) : element.toggleAttribute(key, value);
        } else if (value !== undefined && value !== null) {
            element.setAttribute(key, value);
        }
    }
    element.append(...children.filter((child) => child !== undefined && child !== null));
    return element;
}

/** Puts these in place of what an element holds. */
export function fill(element, ...children) {
    element.replaceChildren(...children.filter((child) => child !== undefined && child !== null));
}

let numbers = 0;

/** An id that nothing else on the page has. */
export const freshId = (prefix) => `${prefix}-${++numbers}`;

/** A slider with its label and value, for a grid of three columns. */
export function slider({ label, min, max, step, value, show = String, oninput }) {
    const id = freshId('slider');
    const output = el('output', { for: id }, show(value));
    const input = el('input', {
        id, type: 'range', min, max, step, value,
        oninput: () => {
            output.textContent = show(Number(input.value));
            oninput(Number(input.value));
        },
    });
    const set = (to) => {
        input.value = to;
        output.textContent = show(Number(input.value));
    };
    return { parts: [el('label', { for: id }, label), input, output], set };
}

/** A labelled choice. */
export function choice({ label, options, value, onchange }) {
    const id = freshId('choice');
    const select = el('select', { id, onchange: () => onchange(select.value) });
    options.forEach(([key, text]) => select.append(el('option', { value: key, selected: String(key) === String(value) }, text)));
    return { label: el('label', { for: id }, label), select };
}

/** A table of numbers or texts, for those who do not see a map. */
export function table(head, rows) {
    const cell = (tag, value) => el(typeof value === 'number' ? `${tag}.number` : tag, {}, show(value));
    return el('table', {},
        el('thead', {}, el('tr', {}, ...head.map((each) => el('th', { scope: 'col' }, each)))),
        el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map((each) => cell('td', each))))));
}

function show(value) {
    if (typeof value !== 'number' || Number.isInteger(value)) {
        return String(value);
    }
    return Math.abs(value) >= 0.001 && Math.abs(value) < 1e5 ? value.toFixed(3) : value.toExponential(2);
}

/** A percentage for people. */
export const percent = (share) => (share >= 0.9995 ? '100 %' : share >= 0.0995 ? `${(100 * share).toFixed(0)} %` : share >= 0.0005 ? `${(100 * share).toFixed(1)} %` : '< 0.1 %');
