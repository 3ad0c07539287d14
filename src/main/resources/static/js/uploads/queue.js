// Uploads as they go, whichever page is open. Files are sent one after another.

import { Problem } from "../api.js";
import { store } from "../ui.js";
import { kindOf } from "./kind.js";
import { send } from "./send.js";

/** The states in which an upload is not over. */
export const GOING = ["waiting", "sending", "broken", "checking"];

/** Each {key, kind, filename, name, size, sent, state, added, problem}; the state is one of {@link GOING}, "added" or "failed". */
export const uploads = store([]);

/** Rises when a model or dataset was added. */
export const added = store(0);

let keys = 0;
let last = Promise.resolve();
const files = new Map();

const change = (key, members) =>
    uploads.set((all) => all.map((each) => (each.key === key ? { ...each, ...members } : each)));

async function carry(key) {
    const entry = uploads.get().find((each) => each.key === key);
    if (!entry) return;
    change(key, { state: "sending", problem: undefined });
    try {
        const result = await send({ ...entry, file: files.get(key) }, (sent, heard) =>
            change(key, { sent, state: !heard ? "broken" : sent >= entry.size ? "checking" : "sending" }));
        files.delete(key);
        change(key, { state: "added", added: result });
        added.set((times) => times + 1);
    } catch (error) {
        if (!(error instanceof Problem)) throw error;
        change(key, { state: "failed", problem: error.members });
    }
}

/** Sends files; what each is, is found out. Ends when all were sent or refused. */
export async function add(chosen) {
    for (const file of chosen) {
        const key = keys++;
        files.set(key, file);
        const entry = { key, kind: await kindOf(file), filename: file.name, name: file.name.replace(/\.[^.]+$/, "") || file.name, size: file.size, sent: 0, state: "waiting" };
        uploads.set((all) => [...all, entry]);
        last = last.then(() => carry(key));
    }
    await last;
}

/** Tries again what failed. */
export function retry(key) {
    change(key, { state: "waiting" });
    last = last.then(() => carry(key));
}

/** Forgets what is over. */
export function dismiss(key) {
    files.delete(key);
    uploads.set((all) => all.filter((each) => each.key !== key));
}

/** Whether something would be broken off if the page were closed. */
export const busy = () => uploads.get().some(({ state }) => GOING.includes(state));
