// The overview: jobs as they go, models and datasets with their uploads, and the form for a new job.

import { all, Problem, remove, upload } from "./api.js";
import { byId, h, show, table } from "./dom.js";
import { ENDED, between, bytes, count, duration, moment, shape } from "./format.js";
import { badge, problem, progress } from "./parts.js";
import { jobForm } from "./submit.js";

const MOST = 500;
const PAGE = 50;
const known = { models: [], datasets: [], jobs: [] };
let wanted = PAGE;
const form = jobForm(byId("submit"));

function trouble(error) {
    if (!(error instanceof Problem)) throw error;
    show(byId("trouble"), problem(error.members));
}

function jobRow(job) {
    const model = known.models.find((each) => each.id === job.request.modelId);
    return [
        { class: "name", content: h("a", { href: `job.html?id=${job.id}` }, model?.name ?? `model ${job.request.modelId}`) },
        job.request.technique,
        [badge(job.state), " ", job.outcome && badge(job.outcome)],
        ENDED.has(job.state) || job.state === "QUEUED" ? "" : progress(job),
        { class: "num", content: job.startedAt ? duration(between(job.startedAt, job.finishedAt)) : "–" },
        { class: "num quiet", content: moment(job.createdAt) },
    ];
}

function showJobs() {
    show(byId("jobs"), known.jobs.length === 0
        ? h("p", { class: "empty" }, "No jobs yet. Upload a model and a dataset, then submit the first.")
        : table("Jobs, newest first", ["Model", "Technique", "State", "Progress", { class: "num", content: "Time" },
            { class: "num", content: "Submitted" }], known.jobs.map(jobRow)),
        known.jobs.length >= wanted && h("button", { class: "small outline", onclick: older }, "Older jobs"));
}

async function older() {
    wanted += PAGE;
    await refreshJobs().catch(trouble);
}

function deletion(path, name) {
    return h("button", {
        class: "small outline secondary",
        "aria-label": `Delete ${name}`,
        onclick: async () => {
            if (confirm(`Delete ${name}? Results of ended jobs stay.`)) {
                await remove(path).then(refreshFiles).catch(trouble);
            }
        },
    }, "Delete");
}

function showFiles() {
    show(byId("models"), known.models.length === 0
        ? h("p", { class: "empty" }, "No models yet.")
        : table("Models, newest first", ["Name", { class: "num", content: "Weights" }, { class: "num", content: "Size" }, ""],
            known.models.map((model) => [
                { class: "name", content: [model.name, h("br"), h("small", {}, model.inputs.map(shape).join("; "))] },
                { class: "num", content: count(model.parameters) },
                { class: "num", content: bytes(model.sizeBytes) },
                { class: "num", content: deletion(`/v1/models/${model.id}`, model.name) },
            ])));
    show(byId("datasets"), known.datasets.length === 0
        ? h("p", { class: "empty" }, "No datasets yet.")
        : table("Datasets, newest first", ["Name", { class: "num", content: "Samples" }, { class: "num", content: "Size" }, ""],
            known.datasets.map((dataset) => [
                { class: "name", content: [dataset.name, h("br"),
                    h("small", {}, dataset.fields.map(shape).join("; "), dataset.labels && ", with labels")] },
                { class: "num", content: count(dataset.samples) },
                { class: "num", content: bytes(dataset.sizeBytes) },
                { class: "num", content: deletion(`/v1/datasets/${dataset.id}`, dataset.name) },
            ])));
    form.offer(known.models, known.datasets);
}

async function refreshFiles() {
    [known.models, known.datasets] = await Promise.all([all("/v1/models", 100, MOST), all("/v1/datasets", 100, MOST)]);
    showFiles();
    showJobs();
}

/** The table is left alone where nothing changed, so that nobody loses their place in it. */
async function refreshJobs() {
    const jobs = await all("/v1/jobs", PAGE, wanted);
    const changed = JSON.stringify(jobs) !== JSON.stringify(known.jobs);
    known.jobs = jobs;
    if (changed) showJobs();
}

/** Asks again soon while a job goes on, else now and then. */
async function followJobs() {
    let lost = false;
    for (;;) {
        try {
            await refreshJobs();
            if (lost) byId("trouble").replaceChildren();
            lost = false;
        } catch (error) {
            lost = true;
            trouble(error);
        }
        const wait = known.jobs.every((job) => ENDED.has(job.state)) ? 8000 : 1000;
        await new Promise((resolve) => setTimeout(resolve, wait));
    }
}

function uploadForm(element, path, noun) {
    const report = element.querySelector(".report");
    element.addEventListener("submit", async (event) => {
        event.preventDefault();
        const file = element.elements.file.files[0];
        const name = element.elements.name.value.trim() || file.name.replace(/\.[^.]+$/, "");
        const button = element.querySelector("button");
        const bar = h("progress", { max: 1, value: 0, "aria-label": `Upload of ${name}` });
        button.disabled = true;
        show(report, bar);
        try {
            const added = await upload(path, name, file, (share) => {
                bar.value = share;
            });
            element.reset();
            show(report, h("p", {}, `Added ${noun} ${added.name}.`));
            await refreshFiles();
        } catch (error) {
            if (!(error instanceof Problem)) throw error;
            show(report, problem(error.members));
        } finally {
            button.disabled = false;
        }
    });
}

uploadForm(byId("add-model"), "/v1/models", "model");
uploadForm(byId("add-dataset"), "/v1/datasets", "dataset");
await refreshFiles().catch(trouble);
await followJobs();
