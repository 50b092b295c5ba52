/** What wrote an image; a test compares it with the engine's version. */
export const SOFTWARE = 'Pixel-LLM 0.1.0';
