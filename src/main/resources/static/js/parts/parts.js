// Small pieces that all pages show.

import { h, html } from "../ui.js";
import { ENDED, duration, percent, sentence, words } from "../format.js";

/** A state, outcome, decision or severity on a coloured ground; the word says it, the colour helps. */
export const badge = (constant) => h("span", { class: `badge ${constant.toLowerCase()}` }, words(constant));

const TOLD = ["title", "detail", "errors", "type", "status", "instance", "code", "requestId", "retryable", "fault"];

const advice = ({ fault, retryable, requestId, status }) => {
    if (retryable) return "The same request may succeed later.";
    if (status === 404) return "It may have been deleted meanwhile.";
    return fault === "service" && requestId ? "Please tell who runs this service; the request's name is below." : undefined;
};

/** A problem as people need it: what, where, what to do, and what to quote. */
export function problem(members) {
    const { detail, title, errors = [], code, requestId } = members;
    const more = Object.entries(members).filter(([name]) => !TOLD.includes(name));
    return html`<div class="problem" role="alert">
        <strong>${detail ?? title ?? "Something went wrong"}</strong>
        ${errors.length > 0 && html`<ul>${errors.map((error) =>
            html`<li>${error.path && html`<code>${error.path}</code>${" "}`}${error.message}</li>`)}</ul>`}
        ${more.length > 0 && html`<dl class="facts">${more.map(([name, value]) =>
            html`<dt>${name}</dt><dd>${typeof value === "string" ? value : JSON.stringify(value)}</dd>`)}</dl>`}
        ${advice(members) && html`<p>${advice(members)}</p>`}
        ${(code || requestId) && html`<small>${[code && `code ${code}`, requestId && `request ${requestId}`].filter(Boolean).join(" · ")}</small>`}
    </div>`;
}

/** How far a job is, with its phase in words. */
export function progress(job) {
    const at = job.progress ?? { fraction: 0 };
    const steps = at.total > 1 ? `, ${at.done} of ${at.total}` : "";
    const left = at.etaSeconds !== undefined ? `, about ${duration(at.etaSeconds)} left` : "";
    const phase = job.phase ? sentence(job.phase) : sentence(job.state);
    return html`<div class="progress">
        <progress max="1" value=${at.fraction} aria-label="Share of the job that is done"></progress>
        <small>${ENDED.has(job.state) ? "" : `${phase}${steps} · ${percent(at.fraction, 0)}${left}`}</small>
    </div>`;
}

/** What is shown where there is nothing yet, and what to do about it. */
export const empty = (title, text, ...actions) => html`<div class="empty">
    <strong>${title}</strong>
    <p>${text}</p>
    ${actions.length > 0 && html`<div class="row">${actions}</div>`}
</div>`;

/** Names and values. */
export const facts = (entries) => html`<dl class="facts">${entries.filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

/** A section with a heading that its content belongs to. */
export const section = (id, title, ...content) => html`<section aria-labelledby="${id}-title" id=${id}>
    <h2 id="${id}-title">${title}</h2>
    ${content}
</section>`;

/** Something that is read on demand. */
export const folded = (title, ...content) => html`<details><summary>${title}</summary>${content}</details>`;
