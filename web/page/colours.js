/** Colours of maps: readable in grey and by colour-blind people, the scales of the command's views. */

/** Stops of a scale for shares from 0 to 1: dark blue to yellow. */
const SHARES = [[13, 8, 60], [52, 40, 130], [110, 56, 140], [175, 75, 115], [225, 115, 75], [248, 175, 65], [252, 240, 140]];

const between = (stops, share) => {
    const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    return stops[low].map((value, i) => Math.round(value + (at - low) * (stops[low + 1][i] - value)));
};

/** The colour of a share // [r, g, b] */
export const share = (value) => (Number.isFinite(value) ? between(SHARES, value) : [230, 0, 60]);

const SIGNED = [[60, 160, 255], [52, 92, 140], [48, 50, 56], [150, 105, 40], [255, 190, 80]];

/** The colour of a value between −1 and 1: blue below 0, grey at 0, amber above. */
export const signed = (value) => (Number.isFinite(value) ? between(SIGNED, (value + 1) / 2) : [230, 0, 60]);

/** Black or white, whichever stands out more (WCAG 2.2, relative luminance). */
export function inkOn(colour) {
    const [r, g, b] = colour.map((value) => {
        const c = value / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000000' : '#ffffff';
}

export const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;

/** The colour of a number 0xRRGGBB. */
export const hexCss = (number) => `#${number.toString(16).padStart(6, '0')}`;
