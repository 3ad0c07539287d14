// Sends one file to the service.

import { asProblem } from "../api.js";

const PLACES = { model: "/v1/models", dataset: "/v1/datasets" };

/**
 * Sends a file as a model or dataset and answers what the service made of it.
 *
 * @param onSent hears the bytes that were sent, which fetch cannot tell, and whether the connection is there
 */
export const send = ({ kind, name, file }, onSent) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${PLACES[kind]}?${new URLSearchParams({ name })}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => onSent(loaded, true);
    request.onload = () =>
        request.status < 300 ? resolve(JSON.parse(request.responseText)) : reject(asProblem(request.status, request.responseText));
    request.onerror = () => reject(asProblem(0, ""));
    request.send(file);
});
