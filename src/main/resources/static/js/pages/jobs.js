// All jobs, newest first: as they go, page by page, with a choice of those to compare.

import { get, post, Problem } from "../api.js";
import { ENDED, between, bytes, difference, duration, moment, sentence, times, words } from "../format.js";
import { onJob } from "../live.js";
import { useLoaded, waiting } from "../loaded.js";
import { ask, names } from "../names.js";
import { badge, empty, problem, progress } from "../parts/parts.js";
import { go, to } from "../router.js";
import { html, useEffect, useState, useStore } from "../ui.js";
import { example } from "../uploads/example.js";
import { DropZone, UploadList } from "../uploads/panel.js";
import { choicesOf } from "../contract.js";

const PAGE = 25;
const MOST_COMPARED = 4;
const STATES = choicesOf("JobState");

function loss(job) {
    const metric = job.result?.metric;
    if (!metric) return "–";
    return `${metric.drop > 0 ? "−" : "+"}${difference(metric.name, Math.abs(metric.drop)).replace("−", "")}`;
}

function Row({ job, chosen, choose, full }) {
    const name = useStore(names).get(job.request.modelId) ?? "…";
    const { result } = job;
    const label = `${name}, ${sentence(job.request.technique)}, ${moment(job.createdAt)}`;
    return html`<tr>
        <td><input type="checkbox" aria-label="Compare ${label}" checked=${chosen} disabled=${!chosen && full} onchange=${choose} /></td>
        <th scope="row" class="name"><a href=${to(["jobs", job.id])}>${name}</a><br /><small>${sentence(job.request.technique)}</small></th>
        <td>${badge(job.state)}${job.outcome && html` ${badge(job.outcome)}`}${!ENDED.has(job.state) && job.state !== "QUEUED" && progress(job)}</td>
        <td class="num">${loss(job)}${result?.metric && html`<br /><small>${words(result.metric.name).toUpperCase()}</small>`}</td>
        <td class="num">${result?.latency[0] ? times(result.latency[0].speedup) : "–"}</td>
        <td class="num">${result ? html`${times(result.sizeBytes.fp32 / result.sizeBytes.int8)}<br /><small>${bytes(result.sizeBytes.int8)}</small>` : "–"}</td>
        <td class="num">${job.startedAt ? duration(between(job.startedAt, job.finishedAt)) : "–"}</td>
        <td class="num quiet">${moment(job.createdAt)}</td>
    </tr>`;
}

/** Nothing there yet: the way to the first result. */
function First() {
    const [state, setState] = useState({});
    const start = async () => {
        setState({ going: true });
        try {
            const job = await post("/v1/jobs", await example());
            go(to(["jobs", job.id]));
        } catch (error) {
            if (!(error instanceof Problem)) throw error;
            setState({ error: error.members });
        }
    };
    return html`<div class="first">
        ${empty("Make your first INT8 model", "Bring a trained ONNX model and, if you have them, a few hundred samples of its inputs. Octet quantizes the model, "
            + "proves it against the original, and tells you what it cost in accuracy and gained in time.",
            html`<button class="primary" id="example" disabled=${state.going} onclick=${start}>${state.going ? "Preparing the example…" : "Try it with an example"}</button>`,
            html`<span class="quiet">a small image classifier with samples; takes about a minute</span>`)}
        ${state.error && problem(state.error)}
        <${DropZone} />
        <${UploadList} />
    </div>`;
}

export function Jobs() {
    const [filter, setFilter] = useState("");
    const [cursors, setCursors] = useState([undefined]);
    const [compared, setCompared] = useState([]);
    const cursor = cursors.at(-1);
    const listed = useLoaded(() => get(`/v1/jobs?${new URLSearchParams({ limit: PAGE, ...(filter && { state: filter }), ...(cursor && { cursor }) })}`), [filter, cursor]);
    const page = listed.value;

    useEffect(() => onJob((job) => listed.setValue((before) => {
        if (!before) return before;
        const known = before.items.some((each) => each.id === job.id);
        const fits = !filter || job.state === filter;
        if (known) return { ...before, items: before.items.map((each) => (each.id === job.id ? job : each)) };
        const newer = cursors.length === 1 && !(job.createdAt < before.items[0]?.createdAt);
        return fits && newer ? { ...before, items: [job, ...before.items].slice(0, PAGE) } : before;
    })), [filter, cursors]);
    useEffect(() => {
        if (page) ask(page.items.map((job) => job.request.modelId));
    }, [page]);

    const choose = (id) => setCompared((all) => (all.includes(id) ? all.filter((each) => each !== id) : [...all, id]));
    const turnTo = (list) => setCursors(list);
    const nothing = page?.items.length === 0 && !filter && cursors.length === 1;
    return html`<div class="row head"><h1 tabindex="-1" class="grow">Jobs</h1>
            ${!nothing && html`<a class="button ${compared.length < 2 ? "off" : ""}" aria-disabled=${compared.length < 2}
                href=${compared.length < 2 ? undefined : to(["compare"], { jobs: compared.join(",") })} id="compare">${compared.length < 2 ? "Tick two to compare" : `Compare ${compared.length} jobs`}</a>`}
            <a class="button primary" href=${to(["new"])}>New job</a></div>
        ${waiting(listed, "jobs")}
        ${nothing && html`<${First} />`}
        ${page && !nothing && html`
            <div class="row controls"><label>State <select value=${filter} onchange=${(event) => {
                setFilter(event.target.value);
                setCursors([undefined]);
            }}><option value="">all</option>${STATES.map(([value]) => html`<option value=${value}>${words(value)}</option>`)}</select></label></div>
            ${page.items.length === 0 ? empty("No such jobs", "No job is in this state now.") : html`
            <div class="scroll" role="region" aria-label="Table of jobs" tabindex="0"><table id="jobs" class="jobs">
                <caption class="unseen">Jobs, newest first</caption>
                <thead><tr><td><span class="unseen">Compare</span></td><th scope="col">Model</th><th scope="col">State</th><th scope="col" class="num">Accuracy</th>
                    <th scope="col" class="num">Speed</th><th scope="col" class="num">Smaller</th><th scope="col" class="num">Took</th><th scope="col" class="num">Submitted</th></tr></thead>
                <tbody>${page.items.map((job) => html`<${Row} key=${job.id} job=${job} chosen=${compared.includes(job.id)}
                    full=${compared.length >= MOST_COMPARED} choose=${() => choose(job.id)} />`)}</tbody></table></div>`}
            <div class="row pages">
                ${cursors.length > 1 && html`<button onclick=${() => turnTo(cursors.slice(0, -1))}>Newer</button>`}
                ${page.nextCursor && html`<button onclick=${() => turnTo([...cursors, page.nextCursor])}>Older</button>`}
            </div>`}`;
}
