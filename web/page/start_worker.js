/** The machine's thread, from a file of its own. The page in one file has another way, and this module is left out of it. */
export function startWorker() {
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}
