// Uploads of an earlier visit that broke off. A browser lets no page keep a file, so a person has to point at it once more.

import { get, Problem } from "../api.js";
import { store } from "../ui.js";
import { tus } from "./tus.js";
import { uploads } from "./queue.js";

/** Each {key, address, filename, kind, received, size}. */
export const unfinished = store([]);

const storage = async () => (await tus()).defaultOptions.urlStorage;

/** Finds out which of the uploads that this browser remembers the service still waits for. */
export async function look() {
    const remembered = await (await storage()).findAllUploads();
    const going = new Set(uploads.get().filter(({ state }) => state !== "added").map(({ filename }) => filename));
    const found = await Promise.all(remembered.filter(({ metadata }) => !going.has(metadata.filename)).map(async ({ uploadUrl, urlStorageKey, metadata }) => {
        const entry = { key: urlStorageKey, address: new URL(uploadUrl, location.href).pathname, filename: metadata.filename };
        try {
            const { state, kind, receivedBytes, sizeBytes } = await get(entry.address);
            if (state === "RECEIVING") return { ...entry, kind: kind.toLowerCase(), received: receivedBytes, size: sizeBytes };
        } catch (error) {
            if (!(error instanceof Problem)) throw error;
            if (error.members.status !== 404) return undefined;
        }
        await (await storage()).removeUpload(urlStorageKey);
        return undefined;
    }));
    unfinished.set(found.filter(Boolean));
}

/** Gives one up, here and in the service. */
export async function forget({ key, address }) {
    unfinished.set((all) => all.filter((each) => each.key !== key));
    await (await storage()).removeUpload(key);
    // Without an answer the service forgets it by itself when its time is over.
    await (await tus()).Upload.terminate(address).catch(() => undefined);
}
