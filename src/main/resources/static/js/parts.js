// Small pieces that both pages show.

import { h } from "./dom.js";
import { ENDED, duration, percent, sentence, words } from "./format.js";

/** A state, outcome, decision or severity on a coloured ground; the word says it, the colour helps. */
export const badge = (constant) => h("span", { class: `badge ${constant.toLowerCase()}` }, words(constant));

/** A problem as people need it: what, where, and whom to ask. */
export function problem(members) {
    const errors = members.errors ?? [];
    const shown = ["title", "detail", "errors", "type", "status", "instance", "code", "requestId", "retryable", "fault"];
    const more = Object.entries(members).filter(([name]) => !shown.includes(name));
    return h("article", { class: "problem", role: "alert" },
        h("strong", {}, members.detail ?? members.title ?? "Something went wrong"),
        errors.length > 0 && h("ul", {}, errors.map((error) =>
            h("li", {}, error.path && [h("code", {}, error.path), " "], error.message))),
        more.length > 0 && h("dl", { class: "facts" }, more.map(([name, value]) =>
            [h("dt", {}, name), h("dd", {}, typeof value === "string" ? value : JSON.stringify(value))])),
        h("small", {},
            [members.code && `code ${members.code}`, members.requestId && `request ${members.requestId}`,
                members.retryable && "the same request may succeed later"].filter(Boolean).join(" · ")));
}

/** How far a job is, with its phase in words. */
export function progress(job) {
    const at = job.progress ?? { fraction: 0 };
    const steps = at.total > 1 ? `, ${at.done} of ${at.total}` : "";
    const left = at.etaSeconds !== undefined ? `, about ${duration(at.etaSeconds)} left` : "";
    const phase = job.phase ? sentence(job.phase) : sentence(job.state);
    return h("div", { class: "progress" },
        h("progress", { max: 1, value: at.fraction, "aria-label": "Share of the job that is done" }),
        h("small", {}, ENDED.has(job.state) ? "" : `${phase}${steps} · ${percent(at.fraction, 0)}${left}`));
}
