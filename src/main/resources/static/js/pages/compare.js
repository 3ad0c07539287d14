// Jobs side by side: what was asked differently, and what came of it.

import { get } from "../api.js";
import { bytes, difference, duration, between, fixed, moment, percent, score, sentence, times, words } from "../format.js";
import { useLoaded, waiting } from "../loaded.js";
import { ask, names } from "../names.js";
import { badge, empty, section } from "../parts/parts.js";
import { table } from "../parts/table.js";
import { route, to } from "../router.js";
import { html, useEffect, useStore } from "../ui.js";

/** Members of a request as dotted paths with their values in words. */
function flat(tree, path = "") {
    return Object.entries(tree ?? {}).flatMap(([name, value]) => {
        const inner = path ? `${path}.${name}` : name;
        if (Array.isArray(value)) return [[inner, value.length === 0 ? "none" : value.join(", ")]];
        return value !== null && typeof value === "object" ? flat(value, inner) : [[inner, String(value)]];
    });
}

const PASSED_OVER = new Set(["modelId"]);

/** What was not asked for alike in all of the jobs. */
function differences(jobs) {
    const asked = jobs.map((job) => new Map(flat(job.request)));
    const paths = [...new Set(asked.flatMap((each) => [...each.keys()]))].filter((path) => !PASSED_OVER.has(path));
    return paths.map((path) => [path, asked.map((each) => each.get(path))]).filter(([, values]) => new Set(values).size > 1);
}

const NOISE = 0.05;
const within = (value, share) => value !== undefined && [value * (1 - share), value * (1 + share)];
const ends = (interval, value) => (interval ? [interval.low, interval.high] : value !== undefined && [value, value]);

/** Measures: a name, between which ends the value of a job's result lies, how it is shown, and whether less or more is better. */
const MEASURES = [
    ["Drop", ({ metric }) => ends(metric?.interval?.drop, metric?.drop), ({ metric }) => `${difference(metric.name, metric.drop)} of ${words(metric.name).toUpperCase()}`, "less"],
    ["Score of the INT8 model", ({ metric }) => ends(undefined, metric?.int8), ({ metric }) => `${score(metric.name, metric.int8)}${metric.interval?.int8
        ? ` [${score(metric.name, metric.interval.int8.low)}, ${score(metric.name, metric.interval.int8.high)}]` : ""}`],
    ["Closeness of outputs", ({ fidelity }) => fidelity?.sqnrDb !== undefined && [fidelity.sqnrDb - 0.5, fidelity.sqnrDb + 0.5], ({ fidelity }) => `${fixed(fidelity.sqnrDb, 1)} dB`, "more"],
    ["Speed-up", ({ latency }) => ends(latency[0]?.speedupInterval, latency[0]?.speedup), ({ latency }) => latency.map((each) => `${times(each.speedup)} at batch ${each.batchSize}`).join(", "), "more"],
    ["Size", ({ sizeBytes }) => within(sizeBytes.int8, 0.005), ({ sizeBytes }) => `${bytes(sizeBytes.int8)}, ${percent(sizeBytes.int8 / sizeBytes.fp32, 0)} of float`, "less"],
    ["Inference memory", ({ memoryBytes }) => within(memoryBytes?.int8, NOISE), ({ memoryBytes }) => bytes(memoryBytes.int8), "less"],
    ["On integers", ({ int8MacShare }) => ends(undefined, int8MacShare), ({ int8MacShare }) => percent(int8MacShare), "more"],
];

/** The one that is better than all others beyond doubt: its ends do not reach into theirs. */
function best(ranges, better) {
    const known = ranges.filter(Boolean);
    if (!better || known.length < 2) return undefined;
    return known.find((one) => known.every((other) => other === one || (better === "less" ? one[1] < other[0] : one[0] > other[1])));
}

function measured(jobs) {
    return MEASURES.map(([name, range, show, better]) => {
        const ranges = jobs.map(({ result }) => result && range(result));
        const winner = best(ranges, better);
        return [name, ...jobs.map(({ result }, index) => {
            const wins = winner !== undefined && ranges[index] === winner;
            return ranges[index] ? { class: wins ? "best" : "", content: html`${show(result)}${wins && html` <span class="badge best">best</span>`}` } : "–";
        })];
    });
}

export function Compare() {
    const ids = (useStore(route).query.get("jobs") ?? "").split(",").filter(Boolean).slice(0, 4);
    const loaded = useLoaded(() => Promise.all(ids.map((id) => get(`/v1/jobs/${encodeURIComponent(id)}`))), [ids.join()]);
    const jobs = loaded.value;
    const known = useStore(names);
    useEffect(() => {
        if (jobs) ask(jobs.map((job) => job.request.modelId));
    }, [jobs]);
    const head = (job) => html`<a href=${to(["jobs", job.id])}>${known.get(job.request.modelId) ?? "…"}</a><br /><small>${sentence(job.request.technique)} · ${moment(job.createdAt)}</small>`;
    const differing = jobs && differences(jobs);
    return html`<h1 tabindex="-1">Jobs side by side</h1>
        ${ids.length < 2 && empty("Choose what to compare", "Tick two to four jobs in the list, then press Compare.", html`<a class="button primary" href=${to([])}>To the jobs</a>`)}
        ${ids.length >= 2 && waiting(loaded, "the jobs")}
        ${ids.length >= 2 && jobs && html`
            ${section("measures", "What came of them", table("What came of the jobs", ["Measure", ...jobs.map(head)], [
                ["Outcome", ...jobs.map((job) => badge(job.outcome ?? job.state))], ...measured(jobs),
                ["Took", ...jobs.map((job) => (job.startedAt ? duration(between(job.startedAt, job.finishedAt)) : "–"))]], "side-by-side"))}
            ${section("asked", "What was asked differently", differing.length === 0 ? html`<p>Nothing but the model: the requests are alike.</p>`
                : table("What was asked differently", ["Setting", ...jobs.map(head)], differing.map(([path, values]) =>
                    [html`<code>${path}</code>`, ...values.map((value) => value ?? "–")]), "side-by-side"))}
            <p class="quiet">“best” stands only where the difference is larger than the measurements' uncertainty.</p>
            <p class="row">${jobs.map((job) => html`<a class="button" href=${to(["new"], { from: job.id })}>Change ${known.get(job.request.modelId) ?? "it"}, ${sentence(job.request.technique).toLowerCase()}</a>`)}</p>`}`;
}
