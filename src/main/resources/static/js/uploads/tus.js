// The tus client, fetched when it is first needed. It is a script of the old kind, which leaves its name to the window.

let loading;

export const tus = () => (loading ??= import("../../vendor/tus-js-client/tus.min.js").then(() => globalThis.tus));

/** Where uploads are announced. */
export const ENDPOINT = "/v1/uploads";
