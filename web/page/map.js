/** A map of cells on a canvas that can be read with a pointer or with the arrow keys. A canvas is never read back. */

import { el } from './dom.js';

/**
 * A map.
 *
 * @param {{columns: number, rows: number, colour: (x, y) => number[], describe: (x, y) => string, onselect?: (x, y) => void,
 *     label: string, cell?: number}} options
 */
export function cellMap({ columns, rows, colour, describe, onselect, label, readout, cell = 1 }) {
    const canvas = el('canvas.map', { tabindex: 0, role: 'application', 'aria-label': `${label}; arrow keys move, Enter selects`, width: columns * cell, height: rows * cell });
    const context = canvas.getContext('2d');
    const at = { x: 0, y: 0 };
    const paint = () => {
        for (let y = 0; y < rows; y++) {
            for (let x = 0; x < columns; x++) {
                const [r, g, b] = colour(x, y);
                context.fillStyle = `rgb(${r}, ${g}, ${b})`;
                context.fillRect(x * cell, y * cell, cell, cell);
            }
        }
    };
    const move = (x, y) => {
        at.x = Math.min(Math.max(x, 0), columns - 1);
        at.y = Math.min(Math.max(y, 0), rows - 1);
        readout.textContent = describe(at.x, at.y);
    };
    canvas.addEventListener('pointermove', (event) => {
        const box = canvas.getBoundingClientRect();
        move(Math.floor(((event.clientX - box.left) / box.width) * columns), Math.floor(((event.clientY - box.top) / box.height) * rows));
    });
    canvas.addEventListener('click', () => onselect?.(at.x, at.y));
    canvas.addEventListener('keydown', (event) => {
        const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (steps) {
            event.preventDefault();
            move(at.x + steps[0], at.y + steps[1]);
        } else if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            onselect?.(at.x, at.y);
        }
    });
    paint();
    return { canvas, paint };
}
