/** What wrote an image; made from the build's version (WebTableTest). */
export const SOFTWARE = 'Pixel-LLM 0.1.0';
