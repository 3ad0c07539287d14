// One job: followed while it goes on, read as a report once it has ended.

import { all, get, post, Problem } from "../api.js";
import { ENDED, moment, sentence } from "../format.js";
import { follow, round } from "../live.js";
import { useLoaded, waiting } from "../loaded.js";
import { ask, names } from "../names.js";
import { badge, problem } from "../parts/parts.js";
import { asked } from "../report/notes.js";
import { Result } from "../report/result.js";
import { trials } from "../report/trials.js";
import { took, verdict } from "../report/verdict.js";
import { to } from "../router.js";
import { html, useEffect, useRef, useState, useStore } from "../ui.js";
import { Live } from "../watch/live.js";

/**
 * Follows the job's events from where it stands; starts anew whenever the service was away. Events that were seen before are passed
 * over: a stream that begins anew begins at the first.
 */
function useEvents(id, job, hear) {
    const seen = useRef(0);
    const ended = job === undefined || ENDED.has(job.state);
    useEffect(() => {
        if (ended) return undefined;
        const once = (event) => {
            if (event.sequence <= seen.current) return;
            seen.current = event.sequence;
            hear(event);
        };
        return follow(`/v1/jobs/${encodeURIComponent(id)}/events`, { state: once, phase: once, progress: once, trial: once, message: once });
    }, [id, ended]);
}

function Head({ job, name, cancel }) {
    const [title, text] = verdict(job);
    return html`<div class="row head"><h1 tabindex="-1" class="grow wrap">${name}</h1>${badge(job.state)}${job.outcome && badge(job.outcome)}
            <a class="button" href=${to(["new"], { from: job.id })}>Run again, changed</a>
            ${!ENDED.has(job.state) && html`<button class="danger" disabled=${job.state === "CANCELLING"} onclick=${cancel}>Cancel job</button>`}</div>
        <p class="quiet">${[sentence(job.request.technique), job.result?.provenance.target ?? job.request.target, job.attempt > 1 && `attempt ${job.attempt}`,
            `submitted ${moment(job.createdAt)}`, took(job)].filter(Boolean).join(" · ")}</p>
        <div class="verdict ${(job.outcome ?? job.state).toLowerCase()}" role="status"><strong id="outcome">${title}</strong><p id="verdict">${text}</p></div>
        ${job.error && problem(job.error)}`;
}

export function Job({ id }) {
    const address = `/v1/jobs/${encodeURIComponent(id)}`;
    const read = useLoaded(() => get(address), [id]);
    const [messages, setMessages] = useState([]);
    const [tried, setTried] = useState([]);
    const [trouble, setTrouble] = useState();
    const job = read.value;
    const ended = job && ENDED.has(job.state);
    const name = useStore(names).get(job?.request.modelId) ?? "Job";
    const now = useStore(round);

    const attempt = (promise) => promise.then(() => setTrouble(undefined), (error) => {
        if (!(error instanceof Problem)) throw error;
        setTrouble(error.members);
    });
    const readTrials = () => attempt(all(`${address}/trials`, 1000, 10_000).then(setTried));
    useEvents(id, job, (event) => {
        const { state, phase, progress: at, attempt: number, message, type } = event;
        if (message) setMessages((before) => (before.at(-1)?.message === message ? before : [...before, { at: event.at, message }]));
        if (type === "TRIAL") readTrials();
        if (type === "STATE") read.again();
        read.setValue((before) => before && { ...before, state: ENDED.has(before.state) ? before.state : ENDED.has(state) ? before.state : state,
            phase: phase ?? before.phase, progress: at ?? before.progress, attempt: number ?? before.attempt });
    });
    useEffect(() => {
        if (job) ask([job.request.modelId]);
    }, [job?.request.modelId]);
    useEffect(() => {
        if (job && !ended) readTrials();
    }, [job === undefined, now]);
    useEffect(() => {
        if (job) document.title = `${name}: ${verdict(job)[0]} – Octet`;
    }, [job?.state, job?.outcome, name]);

    return html`${waiting(read, "the job")}${!job && html`<h1 tabindex="-1" class="unseen">Job</h1>`}
        ${trouble && problem(trouble)}
        ${job && html`<${Head} job=${job} name=${name} cancel=${() => attempt(post(`${address}/cancel`))} />
            ${!ended && html`<div id="live"><${Live} job=${job} messages=${messages} address=${address} /></div><div id="tried">${trials(tried)}</div>`}
            ${ended && html`<div id="result"><${Result} job=${job} address=${address} name=${name} /></div>`}
            ${asked(job.request)}`}`;
}
