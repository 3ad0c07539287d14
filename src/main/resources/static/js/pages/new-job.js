// A new job: a form made from the contract, and what the service says of it before it is submitted.

import { all, get, post, Problem } from "../api.js";
import { choices, resolve, schema } from "../contract.js";
import { bytes, count, duration } from "../format.js";
import { Field, Fields, applies } from "../form/controls.js";
import { at, chosen, label, put } from "../form/values.js";
import { useLoaded, waiting } from "../loaded.js";
import { badge, empty, problem } from "../parts/parts.js";
import { Copy } from "../parts/copy.js";
import { go, route, to } from "../router.js";
import { html, useEffect, useRef, useState, useStore } from "../ui.js";
import { DropZone, UploadList } from "../uploads/panel.js";
import { added } from "../uploads/queue.js";

const PAUSE = 400;
const MOST = 500;
const REQUEST = schema("JobRequest");
const member = (path) => path.split(".").reduce((inner, name) => resolve(inner.properties[name]), REQUEST);

/** Parts that are folded away; the rest of the request is asked for above. */
const DETAILS = [
    ["settings", []], ["calibration", ["datasetId"]], ["evaluation", ["datasetId", "metric"]], ["objective", ["maxDrop", "prefer"]], ["measure", []], ["budget", []],
];
const LEFT_OUT = ["webhook"];

/** What the address says to begin with: a model, or a job whose request is to be changed. */
async function beginning(query) {
    const from = query.get("from");
    const request = from ? chosen((await get(`/v1/jobs/${encodeURIComponent(from)}`)).request, REQUEST, resolve) : { technique: choices(REQUEST.properties.technique)[0][0] };
    const set = JSON.parse(query.get("set") ?? "{}");
    const changed = Object.entries(set).reduce((tree, [path, value]) => put(tree, path, value), request);
    return query.get("model") ? { ...changed, modelId: query.get("model") } : changed;
}

/** Parts that the technique does not take are not sent; an array or number that was never filled in is not there anyway. */
function fitting(request) {
    const settings = Object.fromEntries(Object.entries(request.settings ?? {}).filter(([name]) => applies(resolve(member("settings").properties[name]), request.technique)));
    const parts = ["calibration", "evaluation"].filter((part) => !request[part]?.datasetId);
    const rest = Object.fromEntries(Object.entries(request).filter(([name]) => !parts.includes(name) && name !== "settings"));
    return Object.keys(settings).length > 0 ? { ...rest, settings } : rest;
}

/** What the service says of a request, a moment after it was last changed. */
function useFindings(request) {
    const [told, tell] = useState({});
    useEffect(() => {
        if (!request?.modelId) return tell({});
        let stale = false;
        const timer = setTimeout(() => post("/v1/jobs?validateOnly=true", fitting(request)).then(
            (preflight) => stale || tell({ preflight }),
            (error) => {
                if (!(error instanceof Problem)) throw error;
                if (!stale) tell({ error: error.members });
            }), PAUSE);
        return () => {
            stale = true;
            clearTimeout(timer);
        };
    }, [JSON.stringify(request)]);
    return told;
}

const takes = ({ basis, peakMemoryBytes, seconds }) => basis === "EARLIER_JOB"
    ? `An earlier job like it took ${bytes(peakMemoryBytes)} of memory${seconds === undefined ? "" : ` and ${duration(seconds)}`}.`
    : `The engine will take at least ${bytes(peakMemoryBytes)} of memory.`;

function Findings({ told: { preflight, error }, ready }) {
    if (error) return problem(error);
    if (!ready) return html`<p class="quiet">Choose a model; the service then says what it thinks of the request.</p>`;
    if (!preflight) return html`<p class="loading">Checking…</p>`;
    return html`${preflight.valid && html`<p class="sound"><strong>The request is sound.</strong> ${preflight.estimate && takes(preflight.estimate)}</p>`}
        ${preflight.findings.length > 0 && html`<ul class="findings">${preflight.findings.map((finding) => html`<li>${badge(finding.severity)}
            ${finding.path && html` <code>${finding.path}</code>`} ${finding.message}</li>`)}</ul>`}`;
}

function Form({ request, setRequest, models, datasets, targets }) {
    const [failure, setFailure] = useState();
    const [alike, setAlike] = useState(!at(request, "evaluation.preprocessing") || JSON.stringify(at(request, "evaluation.preprocessing")) === JSON.stringify(at(request, "calibration.preprocessing")));
    const key = useRef(crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    const whole = alike && request.evaluation && at(request, "calibration.preprocessing")
        ? put(request, "evaluation.preprocessing", request.calibration.preprocessing) : request;
    const told = useFindings(whole);
    const faults = [...(told.error?.errors ?? []), ...(told.preflight?.findings ?? []).filter(({ severity }) => severity === "ERROR"), ...(failure?.errors ?? [])];
    const shared = { request, setRequest, faults };
    const sets = datasets.map((each) => [each.id, `${each.name} (${count(each.samples)} samples${each.labels ? ", labels" : ""})`]);
    const field = (path, more = {}) => applies(member(path), request.technique) && html`<${Field} path=${path} schema=${member(path)} ...${shared} ...${more} />`;
    const submit = async (event) => {
        event.preventDefault();
        setFailure(undefined);
        try {
            const body = fitting(whole);
            const job = await post("/v1/jobs", body, { "Idempotency-Key": key.current });
            go(to(["jobs", job.id]));
        } catch (error) {
            if (!(error instanceof Problem)) throw error;
            key.current = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
            setFailure(error.members);
        }
    };
    return html`<form id="submit" class="job-form" onsubmit=${submit} novalidate>
        <div class="asked">
            <div class="fields">
                ${field("modelId", { offered: models.map((each) => [each.id, each.name]), absent: "Choose a model" })}
                ${field("technique", { absent: null })}
                ${field("calibration.datasetId", { offered: sets, absent: "None", name: "Calibration data" })}
                ${field("evaluation.datasetId", { offered: sets, absent: "None: calibration samples held back", name: "Evaluation data" })}
                ${field("evaluation.metric", { absent: "By the data" })}
                ${field("objective.maxDrop")}
                ${field("objective.prefer")}
                ${field("target", { offered: targets.map((each) => [each.id, `${each.description}${each.executable ? "" : " – not measured here"}`]), absent: "The worker's own processor" })}
            </div>
            ${DETAILS.map(([part, except]) => html`<details key=${part} open=${faults.some(({ path }) => path?.startsWith(part) && !except.some((name) => path === `${part}.${name}`))}>
                <summary>${label(part)}${part === "settings" ? "" : " in detail"}</summary>
                ${part === "evaluation" && html`<label class="tick"><input type="checkbox" checked=${alike} onchange=${(event) => setAlike(event.target.checked)} />Preprocess as for calibration</label>`}
                <div class="fields"><${Fields} path=${part} schema=${member(part)} except=${part === "evaluation" && alike ? [...except, "preprocessing"] : except} ...${shared} /></div></details>`)}
            <details><summary>Formats, seed and tags</summary><div class="fields"><${Fields} path="" schema=${REQUEST}
                except=${["modelId", "technique", "target", ...DETAILS.map(([part]) => part), ...LEFT_OUT]} ...${shared} /></div></details>
            <details><summary>The request as JSON</summary><${Copy} label="Body of POST /v1/jobs" text=${JSON.stringify(fitting(whole), null, 2)} /></details>
        </div>
        <aside class="check" aria-label="What the service says of it">
            <h2>Before you start</h2>
            <div id="findings" aria-live="polite"><${Findings} told=${told} ready=${Boolean(request.modelId)} /></div>
            ${failure && problem(failure)}
            <button class="primary wide" disabled=${!request.modelId}>Start job</button>
        </aside>
    </form>`;
}

export function NewJob() {
    const { query } = useStore(route);
    const times = useStore(added);
    const [request, setRequest] = useState();
    const begun = useLoaded(() => beginning(query), [query.toString()]);
    useEffect(() => {
        if (begun.value && !request) setRequest(begun.value);
    }, [begun.value]);
    const offered = useLoaded(() => Promise.all([all("/v1/models", 100, MOST), all("/v1/datasets", 100, MOST), get("/v1/targets").then((list) => list.items)]), [times]);
    const [models, datasets, targets] = offered.value ?? [];
    return html`<h1 tabindex="-1">${query.get("from") ? "The same job, changed" : "New job"}</h1>
        ${waiting(begun, "the request")}${waiting(offered, "models and datasets")}
        ${models?.length === 0 && html`${empty("There is no model yet", "A job quantizes a model: bring one first, with samples of its inputs if you have them.")}<${DropZone} /><${UploadList} />`}
        ${models?.length > 0 && request && html`<${Form} request=${request} setRequest=${setRequest} models=${models} datasets=${datasets} targets=${targets} />
            <details class="bring"><summary>Bring another model or dataset</summary><${DropZone} /><${UploadList} /></details>`}`;
}
