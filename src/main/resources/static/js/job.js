// One job: followed while it goes on, read as a report once it has ended.

import { all, get, post, Problem } from "./api.js";
import { layerNoise, layerTimes, shrinkage } from "./charts.js";
import { comparison, tiles } from "./comparison.js";
import { byId, h, show } from "./dom.js";
import { ENDED, bytes, moment, sentence } from "./format.js";
import { layerTable } from "./layers.js";
import { badge, problem, progress } from "./parts.js";
import { asked, files, islands, notes, original, provenance, skipped, story } from "./report.js";
import { trials } from "./trials.js";
import { took, verdict } from "./verdict.js";

const id = new URLSearchParams(location.search).get("id") ?? "";
const address = `/v1/jobs/${encodeURIComponent(id)}`;
const messages = [];
let following;
let model = "Job";

function trouble(error) {
    if (!(error instanceof Problem)) throw error;
    show(byId("trouble"), problem(error.members));
}

/** The answer, or nothing where the service has none: a deleted model, a report that was never made. */
const ifThere = (promise) => promise.catch((error) => {
    if (error instanceof Problem && [404, 409].includes(error.members.status)) return undefined;
    throw error;
});

function showHead(job) {
    const [title, text] = verdict(job);
    document.title = `${model}: ${title} – Octet`;
    show(byId("head"),
        h("div", { class: "row" }, h("h1", { class: "grow" }, model), badge(job.state), job.outcome && badge(job.outcome)),
        h("p", { class: "quiet" }, [sentence(job.request.technique), job.result?.provenance.target ?? job.request.target,
            job.attempt > 1 && `attempt ${job.attempt}`, `submitted ${moment(job.createdAt)}`, took(job)].filter(Boolean).join(" · ")),
        h("article", { class: `verdict ${(job.outcome ?? job.state).toLowerCase()}`, role: "status" },
            h("strong", { id: "outcome" }, title), h("p", { id: "verdict" }, text)),
        job.error && problem(job.error));
}

function showLive(job) {
    const cancel = h("button", {
        class: "small outline secondary",
        disabled: job.state === "CANCELLING",
        onclick: () => {
            cancel.disabled = true;
            post(`${address}/cancel`).catch(trouble);
        },
    }, "Cancel job");
    show(byId("live"), h("article", {},
        h("div", { class: "row" }, h("div", { class: "grow" }, progress(job)), cancel),
        messages.length > 0 && h("ol", { class: "messages" }, messages.slice(-12).map((each) => h("li", {}, each)))));
}

const readTrials = () => ifThere(all(`${address}/trials`, 1000, 10_000));

/** The candidates so far; apart from the progress, which changes far more often. */
async function showTrials() {
    const found = (await readTrials()) ?? [];
    if (following?.readyState !== EventSource.CLOSED) show(byId("tried"), trials(found));
}

async function showResult(job) {
    byId("live").replaceChildren();
    byId("tried").replaceChildren();
    const [report, artifacts, layers, found] = await Promise.all([ifThere(get(`${address}/report`)),
        ifThere(all(`${address}/artifacts`, 100, 1000)), ifThere(all(`${address}/layers`, 1000, 100_000)), readTrials()]);
    const { result } = job;
    const main = artifacts?.find((each) => each.id === result?.artifactId);
    show(byId("result"),
        result && [tiles(result), main && h("p", {}, h("a", { role: "button", href: `/v1/artifacts/${main.id}/content`, download: true },
            `Download the quantized model (${bytes(main.sizeBytes)})`)),
        comparison(result, report?.latencyNote)],
        report && story(report.notes),
        found && trials(found),
        result && [h("section", {}, h("h2", {}, "Where it went"), shrinkage(result), layers && [layerNoise(layers), layerTimes(layers)])],
        layers?.length > 0 && layerTable(layers),
        report && [islands(report.islands), notes(report.notes, report.dataAdvice)],
        files(artifacts ?? [], `${address}/log`),
        report && [skipped(report.skippedPasses), original(report.model)],
        result && provenance(result.provenance));
    show(byId("request"), asked(job.request));
}

/** Listens until the job ends; the browser reconnects by itself and goes on after the last event it saw. */
function follow(job) {
    const events = new EventSource(`${address}/events`);
    let now = job;
    const hear = async ({ data }) => {
        const event = JSON.parse(data);
        const { state, phase, progress: at, attempt } = event;
        now = { ...now, state, phase: phase ?? now.phase, progress: at ?? now.progress, attempt: attempt ?? now.attempt };
        if (event.message && messages.at(-1) !== event.message) messages.push(event.message);
        showLive(now);
        if (event.type === "TRIAL") await showTrials().catch(trouble);
        if (event.type === "STATE") {
            if (ENDED.has(state)) events.close();
            await open().catch(trouble);
        }
    };
    for (const type of ["state", "phase", "progress", "trial", "message"]) events.addEventListener(type, hear);
    return events;
}

async function open() {
    const job = await get(address);
    showHead(job);
    if (ENDED.has(job.state)) {
        following?.close();
        await showResult(job);
    } else {
        showLive(job);
        following ??= follow(job);
        await showTrials();
    }
}

try {
    const job = await get(address);
    model = (await ifThere(get(`/v1/models/${job.request.modelId}`)))?.name ?? "A model since deleted";
    show(byId("request"), asked(job.request));
    await open();
} catch (error) {
    trouble(error);
}
