// A job that goes on: its phases, how far it is, how long it may take, and what it says.

import { text } from "../api.js";
import { duration, percent, sentence } from "../format.js";
import { choicesOf } from "../contract.js";
import { html, useEffect, useState } from "../ui.js";

const PHASES = choicesOf("JobPhase").map(([phase]) => phase);
const SECOND = 1000;
const SHOWN = 30;

/** Counts down between two estimates. */
function useCountdown(seconds) {
    const [left, setLeft] = useState(seconds);
    useEffect(() => {
        setLeft(seconds);
        if (seconds === undefined) return undefined;
        const timer = setInterval(() => setLeft((before) => Math.max(0, before - 1)), SECOND);
        return () => clearInterval(timer);
    }, [seconds]);
    return left;
}

function Phases({ phase, technique }) {
    const shown = PHASES.filter((each) => each !== "SEARCHING" || technique === "AUTO" || each === phase);
    const at = shown.indexOf(phase);
    // A search goes through the other phases many times.
    const passed = (index) => technique !== "AUTO" && index < at;
    return html`<ol class="phases" aria-label="Phases">${shown.map((each, index) => html`<li class=${index === at ? "now" : passed(index) ? "past" : ""}
        aria-current=${index === at ? "step" : undefined}>${sentence(each)}</li>`)}</ol>`;
}

function Log({ address, messages }) {
    const [open, setOpen] = useState(false);
    const [log, setLog] = useState();
    useEffect(() => {
        if (open) text(`${address}/log`).then(setLog, () => setLog(undefined));
    }, [open, messages.length]);
    return html`<details ontoggle=${(event) => setOpen(event.target.open)}><summary>Log of the engine</summary>
        ${open && html`<pre class="log" tabindex="0" aria-label="Log of the engine"><code>${log === undefined ? "Reading…" : log || "Nothing yet."}</code></pre>`}</details>`;
}

export function Live({ job, messages, address }) {
    const { phase, progress, state, request } = job;
    const at = progress ?? { fraction: 0 };
    const left = useCountdown(at.etaSeconds === undefined ? undefined : Math.round(at.etaSeconds));
    const steps = at.total > 1 ? `${at.done} of ${at.total}` : "";
    return html`<div class="card live">
        ${state === "QUEUED" && !phase ? html`<p><strong>Waits for a free worker.</strong> Jobs are taken in the order in which they came.</p>`
            : html`<${Phases} phase=${phase} technique=${request.technique} />`}
        <progress max="1" value=${at.fraction} aria-label="Share of the job that is done"></progress>
        <p class="row quiet"><span>${percent(at.fraction, 0)}</span><span>${steps}</span><span class="grow"></span>
            <span>${left === undefined ? "" : left > 0 ? `about ${duration(left)} left` : "any moment now"}</span></p>
        ${messages.length > 0 && html`<ol class="messages" tabindex="0" aria-label="What the engine says, newest first">${messages.slice(-SHOWN).toReversed().map(({ at: when, message }) =>
            html`<li key=${when + message}><time datetime=${when}>${new Date(when).toLocaleTimeString()}</time> ${message}</li>`)}</ol>`}
        <${Log} address=${address} messages=${messages} />
    </div>`;
}
