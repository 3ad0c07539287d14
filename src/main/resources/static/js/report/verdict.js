// What became of a job, in words.

import { ENDED, between, difference, duration, moment, percent, score, times, words } from "../format.js";

const lost = ({ metric }) => {
    if (!metric) return "its accuracy was not scored";
    const chance = metric.pairedTest?.significant === false ? ", no more than chance" : "";
    if (score(metric.name, metric.fp32) === score(metric.name, metric.int8)) return `it scores the same ${score(metric.name, metric.int8)} as the float model`;
    if (metric.drop > 0) return `it loses ${difference(metric.name, metric.drop)} of ${words(metric.name).toUpperCase()}${chance}`;
    return `it gains ${difference(metric.name, -metric.drop)} of ${words(metric.name).toUpperCase()}${chance}`;
};

const gained = ({ latency, sizeBytes }) => {
    const smaller = `${(sizeBytes.fp32 / sizeBytes.int8).toFixed(1)} times smaller`;
    if (latency.length === 0) return smaller;
    const { speedup, batchSize } = latency[0];
    return `${speedup >= 1 ? times(speedup) + " as fast" : times(1 / speedup) + " slower"} at batch ${batchSize}, ${smaller}`;
};

const allowed = ({ request, result }) => {
    const { maxDrop, dropType } = request.objective ?? {};
    if (maxDrop === undefined || !result.metric) return "";
    return dropType === "RELATIVE" ? `${percent(maxDrop, 2)} of the float model's` : difference(result.metric.name, maxDrop);
};

/** A goal met by few samples is said to be so: the interval of the drop may reach far beyond what was allowed. */
const unsure = ({ request, result: { metric } }) => {
    const high = metric?.interval?.drop?.high;
    const most = request.objective?.maxDrop * (request.objective?.dropType === "RELATIVE" ? Math.abs(metric?.fp32) : 1);
    return high > most ? ` With ${metric.samples.toLocaleString("en")} samples, a drop of up to ${difference(metric.name, high)} cannot be ruled out.` : "";
};

const SUCCEEDED = {
    GOAL_MET: (job) => ["Goal met",
        `The INT8 model is ${gained(job.result)}, and ${lost(job.result)}${allowed(job) && ` (${allowed(job)} was allowed)`}.${unsure(job)}`],
    GOAL_NOT_MET: (job) => ["Goal not met",
        `The best INT8 model found is ${gained(job.result)}, but ${lost(job.result)}${allowed(job) && `; only ${allowed(job)} was allowed`}.`],
    NO_SPEEDUP: (job) => ["No speed-up",
        `The INT8 model is accurate enough (${lost(job.result)}) but not faster than the float model on this processor: ${gained(job.result)}.`],
};

const best = ({ result }) => `the best model so far is ${gained(result)}, and ${lost(result)}.`;

const OTHER = {
    QUEUED: () => ["Waiting", "The job waits for a free worker."],
    RUNNING: () => ["Running", "The job is being worked on; this page follows it."],
    CANCELLING: () => ["Being cancelled", "The engine is being stopped."],
    FAILED: (job) => ["Failed", job.error?.fault === "user"
        ? "The request cannot be carried out as it is; what to change is below."
        : "The service could not finish this job; it is not the request's fault."],
    CANCELLED: (job) => ["Cancelled", job.result ? `The job was stopped on request; ${best(job)}` : "The job was stopped on request before a model was ready."],
    EXPIRED: (job) => ["Out of time", job.result ? `The time was up; ${best(job)}` : "The time was up before a model was ready."],
};

/** A title and a sentence. */
export const verdict = (job) =>
    (job.state === "SUCCEEDED" && job.result ? SUCCEEDED[job.outcome] : OTHER[job.state])?.(job) ?? [words(job.state), ""];

/** How long the job took, or since when it runs. */
export function took(job) {
    if (!job.startedAt) return "not started";
    return ENDED.has(job.state) ? `took ${duration(between(job.startedAt, job.finishedAt))}` : `started ${moment(job.startedAt)}`;
}
