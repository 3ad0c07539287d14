// Sends one file to the service by the tus protocol: a connection that breaks, a page that is read anew, a service that is started
// again cost what was under way and nothing more.

import { Problem, asProblem, get } from "../api.js";
import { ENDPOINT, tus } from "./tus.js";

/** Milliseconds between tries; the last holds for all that follow, as long as it takes. */
const PAUSES = [500, 1000, 2000, 4000, 5000];
const TRIES = 2000;

/** What is no answer, or one that asks to come again, is tried again; what was refused is not. */
const worthAgain = (error) => {
    const status = error.originalResponse?.getStatus() ?? 0;
    return status === 0 || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507);
};

/**
 * Sends a file as a model or dataset and answers what the service made of it.
 *
 * @param onSent hears the bytes that have arrived, and whether the connection is there
 */
export async function send({ kind, name, file }, onSent) {
    const { Upload } = await tus();
    const last = await new Promise((resolve, reject) => {
        let sent = 0;
        const upload = new Upload(file, {
            endpoint: ENDPOINT,
            metadata: { kind, name, filename: file.name },
            retryDelays: Array.from({ length: TRIES }, (_, index) => PAUSES[Math.min(index, PAUSES.length - 1)]),
            removeFingerprintOnSuccess: true,
            onProgress: (bytes) => onSent(sent = bytes, true),
            onShouldRetry: (error) => {
                const again = worthAgain(error);
                if (again) onSent(sent, false);
                return again;
            },
            onSuccess: ({ lastResponse }) => resolve(lastResponse),
            onError: (error) => {
                const response = error.originalResponse;
                reject(asProblem(response?.getStatus() ?? 0, response?.getBody() ?? ""));
            },
        });
        upload.findPreviousUploads().then((before) => {
            if (before.length > 0) upload.resumeFromPreviousUpload(before[0]);
            upload.start();
        }, reject);
    });
    return described(last.getHeader("Upload-Resource"), () => onSent(file.size, false));
}

/** What the service made of it; the connection may break just now, too. */
async function described(address, onLost) {
    for (;;) {
        try {
            return await get(address);
        } catch (error) {
            if (!(error instanceof Problem) || !error.members.retryable) throw error;
            onLost();
            await new Promise((resolve) => setTimeout(resolve, PAUSES.at(-1)));
        }
    }
}
