// What the generated client has to be able to do. Arguments: the service's address, the most bytes of memory to use.

import { createReadStream, openAsBlob } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { Configuration, DatasetsApi, JobsApi, ModelsApi, Problem, ProblemFromJSON, ResponseError, Technique } from "octet-client";

const [service, most] = process.argv.slice(2);
const octet = new Configuration({ basePath: service });
const models = new ModelsApi(octet);
const datasets = new DatasetsApi(octet);
const jobs = new JobsApi(octet);

function expect(what: string, expected: unknown, actual: unknown): void {
    if (JSON.stringify(expected) !== JSON.stringify(actual)) {
        throw new Error(`${what}: expected ${JSON.stringify(expected)} but was ${JSON.stringify(actual)}`);
    }
    console.log(`${what}: ${JSON.stringify(actual)}`);
}

async function refused(call: Promise<unknown>): Promise<Response> {
    try {
        await call;
    } catch (e) {
        if (e instanceof ResponseError) {
            return e.response;
        }
        throw e;
    }
    throw new Error("was not refused");
}

async function sha256(file: string): Promise<string> {
    const hash = createHash("sha256");
    for await (const bytes of createReadStream(file)) {
        hash.update(bytes);
    }
    return hash.digest("hex");
}

const dataset = await datasets.addDataset({ body: await openAsBlob("large.npz"), name: "large" });
expect("bytes of an upload", (await stat("large.npz")).size, dataset.sizeBytes);
const content = await datasets.getDatasetContentRaw({ id: dataset.id });
await writeFile("back.npz", content.raw.body!);
expect("hash after a download", await sha256("large.npz"), await sha256("back.npz"));
const peak = Number(/VmHWM:\s+(\d+)/.exec(await readFile("/proc/self/status", "utf8"))![1]) * 1024;
expect(`memory stays below ${most}, as its peak is ${peak}`, true, peak < Number(most));

const part = await datasets.getDatasetContentRaw({ id: dataset.id, range: "bytes=2-5" });
expect("status of a part", 206, part.raw.status);
expect("bytes of a part", 4, (await part.value()).size);
const etag = part.raw.headers.get("ETag")!;
expect("status of what is known", 304, (await refused(datasets.getDatasetContent({ id: dataset.id, ifNoneMatch: etag }))).status);

const response = await refused(models.addModel({ body: new Blob(["no model"]) }));
expect("status of no model", 422, response.status);
const problem: Problem = ProblemFromJSON(await response.json());
expect("code of no model", "MODEL_MALFORMED", problem.code);

const model = await models.addModel({ body: new Blob([await readFile("resnet20.onnx")]), name: "resnet20" });
expect("shape of the input", ["batch", 3, 32, 32], model.inputs[0].shape);
expect("page of models", 1, (await models.listModels({ limit: 1 })).items.length);
const findings = await jobs.validateJob({ jobRequest: { modelId: model.id, technique: Technique.Qat } });
expect("a job without samples would be taken", false, findings.valid);
expect("what lacks", "calibration", findings.findings[0].path);
await models.deleteModel({ id: model.id });
await datasets.deleteDataset({ id: dataset.id });
