// How to get the same result again: over HTTP, and with the engine alone.

import { html } from "../ui.js";
import { Copy } from "../parts/copy.js";
import { section } from "../parts/parts.js";

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Submits the very request to this service. */
function overHttp(request) {
    return `curl -sS -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(request))} \\\n    ${location.origin}/v1/jobs`;
}

/** Fetches the files and runs the engine on them, without a service. */
function alone(request) {
    const { modelId, calibration, evaluation, tags, webhook, ...rest } = request;
    const download = (path, file) => `curl -sSo ${file} ${location.origin}/v1/${path}/content`;
    const without = (part) => part && Object.fromEntries(Object.entries(part).filter(([name]) => name !== "datasetId"));
    const body = JSON.stringify({ ...rest, calibration: without(calibration), evaluation: without(evaluation) });
    return [
        download(`models/${modelId}`, "model.onnx"),
        calibration && download(`datasets/${calibration.datasetId}`, "calibration.data"),
        evaluation && download(`datasets/${evaluation.datasetId}`, "evaluation.data"),
        `echo ${quoted(body)} > request.json`,
        `java -jar octet.jar engine quantize --model model.onnx${calibration ? " --calibration calibration.data" : ""}${evaluation ? " --evaluation evaluation.data" : ""} \\\n    --request request.json --out out`,
    ].filter(Boolean).join("\n");
}

export const reproduce = (request) => section("reproduce", "The same again", html`
    <p class="quiet">The same inputs, settings and seed give the same bytes.</p>
    <${Copy} label="Submit the same job to this service" text=${overHttp(request)} />
    <${Copy} label="Run it with the engine alone" text=${alone(request)} />`);
