// What pages are made of: components, their state, and stores that several of them share.

import { h, html, render, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "../vendor/htm-preact/standalone.module.js";

export { h, html, render, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState };

/** A value that components follow. */
export function store(initial) {
    let value = initial;
    const listeners = new Set();
    return {
        get: () => value,
        set(next) {
            value = typeof next === "function" ? next(value) : next;
            for (const listener of [...listeners]) listener(value);
        },
        listen(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
}

/** The store's value; the component is drawn again when it changes. */
export function useStore(followed) {
    const [, redraw] = useReducer((times) => times + 1, 0);
    useEffect(() => {
        const seen = followed.get();
        const unlisten = followed.listen(redraw);
        if (seen !== followed.get()) redraw();
        return unlisten;
    }, [followed]);
    return followed.get();
}
