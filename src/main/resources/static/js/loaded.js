// Reading from the service for a component, again whenever what it has may be old.

import { Problem } from "./api.js";
import { round } from "./live.js";
import { html, useEffect, useReducer, useState, useStore } from "./ui.js";
import { problem } from "./parts/parts.js";

/**
 * Reads with `load` and again when one of the inputs changes.
 *
 * @returns {{value, error, again}} the last value read, why it could not be read, and how to read again
 */
export function useLoaded(load, inputs) {
    const [state, setState] = useState({});
    const [asked, again] = useReducer((times) => times + 1, 0);
    const now = useStore(round);
    useEffect(() => {
        let stale = false;
        load().then(
            (value) => stale || setState({ value }),
            (error) => {
                if (!(error instanceof Problem)) throw error;
                if (!stale) setState((before) => ({ ...before, error: error.members }));
            });
        return () => {
            stale = true;
        };
    }, [...inputs, now, asked]);
    return { ...state, again, setValue: (change) => setState(({ value }) => ({ value: change(value) })) };
}

/** What stands in the place of something that is still being read, or could not be. */
export function waiting({ value, error }, noun) {
    if (error) return problem(error);
    return value === undefined && html`<p class="loading" role="status">Reading ${noun}…</p>`;
}
