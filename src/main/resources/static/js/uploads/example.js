// The example that comes with the service: a small image classifier with samples, uploaded as anybody would.

import { add, uploads } from "./queue.js";
import { get } from "../api.js";

const FILES = { "resnet20-example.onnx": "resnet20.onnx", "example-calibration.npz": "calibration.npz", "example-evaluation.npz": "evaluation.npz" };

/** Uploads the example and answers a request that would quantize it. */
export async function example() {
    const files = await Promise.all(Object.entries(FILES).map(async ([name, path]) =>
        new File([await (await fetch(`/example/${path}`)).blob()], name)));
    await add(files);
    const newest = (name) => uploads.get().findLast((each) => each.name === name && each.added)?.added.id;
    const [modelId, calibration, evaluation] = Object.keys(FILES).map((name) => newest(name.replace(/\.[^.]+$/, "")));
    const request = await get("/example/job.json");
    return { ...request, modelId, calibration: { ...request.calibration, datasetId: calibration },
        evaluation: { ...request.evaluation, datasetId: evaluation } };
}
