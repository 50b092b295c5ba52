/** What is wrong with a cartridge or a request, in the parts that every message of Pixel-LLM has. */
export class CartridgeError extends Error {
    constructor(file, place, expected, found, remedy) {
        super(`${file}: ${place}: expected ${expected}, found ${found}. ${remedy}`);
        Object.assign(this, { name: 'CartridgeError', file, place, expected, found, remedy });
    }
}
