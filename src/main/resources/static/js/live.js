// What the service tells by itself. While it cannot, pages say that what they show may be old.

import { store } from "./ui.js";

const RETRY = 2000;

/** Whether the service is heard: "connecting", "open" or "lost". */
export const connection = store("connecting");

/** Rises whenever what was read before may be old. */
export const round = store(0);

const jobListeners = new Set();

/**
 * Follows server-sent events until what is returned is called. The browser connects again by itself and says which event it saw last;
 * where it gives up, because it was answered by an error, it is started anew.
 */
export function follow(address, hear, state = () => {}) {
    let source;
    let timer;
    const open = () => {
        source = new EventSource(address);
        source.onopen = () => state("open");
        source.onerror = () => {
            state("lost");
            if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY);
        };
        for (const [type, listener] of Object.entries(hear)) {
            source.addEventListener(type, ({ data }) => listener(JSON.parse(data)));
        }
    };
    open();
    return () => {
        clearTimeout(timer);
        source.close();
    };
}

/** Calls the listener with every job that changes; returns how to stop that. */
export function onJob(listener) {
    jobListeners.add(listener);
    return () => jobListeners.delete(listener);
}

let unfollow;

const start = () => {
    unfollow ??= follow("/v1/events", {
        reload: () => {
            connection.set("open");
            round.set((times) => times + 1);
        },
        job: (job) => jobListeners.forEach((listener) => listener(job)),
    }, (state) => state === "lost" && connection.set("lost"));
};

const stop = () => {
    unfollow?.();
    unfollow = undefined;
};

/** Listens as long as somebody looks: browsers keep few connections to one place, and hidden pages would use them up. */
export function listen() {
    document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
    if (!document.hidden) start();
}
