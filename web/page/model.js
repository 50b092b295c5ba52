/** The machine's worker as promises. */

import { startWorker } from './start_worker.js';

let worker;
let calls = 0;
const waiting = new Map();

function start() {
    worker = startWorker();
    worker.onmessage = ({ data: { call, result, error } }) => {
        const { resolve, reject } = waiting.get(call);
        waiting.delete(call);
        error === undefined ? resolve(result) : reject(new Error(error));
    };
    worker.onerror = (event) => {
        event.preventDefault();
        const failed = new Error(`The machine stopped: ${event.message ?? 'it could not be loaded'}.`);
        waiting.forEach(({ reject }) => reject(failed));
        waiting.clear();
    };
}

/** Calls a method of the worker. */
export function ask(method, ...args) {
    if (!worker) {
        start();
    }
    return new Promise((resolve, reject) => {
        waiting.set(++calls, { resolve, reject });
        worker.postMessage({ call: calls, method, args });
    });
}
