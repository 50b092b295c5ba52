/** The token of a service: the address that it prints has it in its fragment, from where it is taken and dropped. */

const KEY = 'access';

/** Takes the token out of the address bar and the history, and gives the headers of requests that need it. */
export function takeAccess() {
    const entries = new URLSearchParams(location.hash.replace(/^#/, ''));
    const token = entries.get(KEY);
    if (token === null) {
        return {};
    }
    entries.delete(KEY);
    const rest = entries.toString();
    history.replaceState(null, '', rest === '' ? location.pathname + location.search : `#${rest}`);
    return { Authorization: `Bearer ${token}` };
}
