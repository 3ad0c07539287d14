// The form for a new job: builds the contract's request, asks the pre-flight first, then submits.

import { get, post, Problem } from "./api.js";
import { choices, hint, member } from "./contract.js";
import { h, show } from "./dom.js";
import { bytes, duration } from "./format.js";
import { badge, problem } from "./parts.js";

const options = (list) => list.map(([value, text]) => h("option", { value }, text));
const select = (name, list) => h("select", { name }, options(list));
const parts = (text, separator) => text.split(separator).map((each) => each.trim()).filter(Boolean);
const field = (label, control, note, only) =>
    h("label", { "data-only": only?.join(" ") }, label, control, note && h("small", {}, note));

/**
 * A choice of what the contract allows for a member, with what its absence means first. A text is a word or two, and after a
 * dash what they mean, which is shown below for the one that is chosen.
 */
function choice(label, name, path, { absent, note, only }) {
    const texts = [...(absent ? [["", absent]] : []), ...choices(path)].map(([value, text]) => [value, ...text.split(" - ")]);
    const control = select(name, texts.map(([value, word]) => [value, word]));
    const meaning = h("small", {});
    const explain = () => show(meaning, texts.find(([value]) => value === control.value)?.[2]?.replace(/^./, (letter) => letter.toUpperCase()) ?? note);
    control.addEventListener("change", explain);
    explain();
    return field(label, [control, meaning], undefined, only);
}

/** A number within the contract's bounds; empty for its default, which is shown. */
function amount(name, path) {
    const { minimum, maximum, type, default: otherwise } = member(path);
    return h("input", { name, type: "number", min: minimum, max: maximum, step: type === "integer" ? 1 : "any", placeholder: otherwise });
}

/** Only the members that were filled in: what is absent stands for the service's defaults. */
function request(form) {
    const controls = form.elements;
    const text = (name) => controls[name].value.trim();
    const json = text("preprocessing");
    const preprocessing = json === "" ? {} : { preprocessing: JSON.parse(json) };
    const body = { modelId: text("model"), technique: text("technique"), measure: {}, settings: {}, objective: {} };
    if (text("target")) body.target = text("target");
    if (text("calibration")) body.calibration = { datasetId: text("calibration"), ...preprocessing };
    if (text("evaluation")) {
        body.evaluation = { datasetId: text("evaluation"), ...preprocessing };
        if (text("metric")) body.evaluation.metric = text("metric");
    }
    for (const [path, name] of PLAIN) {
        const control = controls[name];
        if (!control.value || control.closest("[hidden]")) continue;
        const [part, inner] = path.split(".");
        const { type } = member(path);
        (body[part] ??= {})[inner] = type === "integer" || type === "number" ? Number(control.value) : control.value;
    }
    const algorithms = [...form.querySelectorAll("fieldset:not([hidden]) [name=algorithms]:checked")].map((each) => each.value);
    if (algorithms.length > 0) body.settings.algorithms = algorithms;
    if (text("exclude")) body.settings.exclude = parts(text("exclude"), "\n");
    if (text("batchSizes")) body.measure.batchSizes = parts(text("batchSizes"), /[,\s]+/).map(Number);
    return body;
}

/** Parts of the request that are one control with their very value. */
const PLAIN = [
    ["settings.observer", "observer"], ["settings.weightType", "weightType"], ["settings.blockSize", "blockSize"],
    ["settings.weightMethod", "weightMethod"], ["measure.threads", "threads"], ["objective.maxDrop", "maxDrop"],
    ["objective.prefer", "prefer"], ["budget.maxRunSeconds", "maxRunSeconds"], ["budget.maxTrials", "maxTrials"],
];

/** Where each part is in the form; of those whose path a fault's begins with, the first is marked. */
const CONTROLS = [
    ["modelId", "model"], ["technique", "technique"], ["target", "target"], ["calibration.preprocessing", "preprocessing"],
    ["evaluation.preprocessing", "preprocessing"], ["evaluation.metric", "metric"], ["calibration", "calibration"],
    ["evaluation", "evaluation"], ["settings.exclude", "exclude"], ["measure.batchSizes", "batchSizes"], ...PLAIN,
];

/** Marks the controls whose part of the request is at fault. */
function mark(controls, errors) {
    const faulty = new Set(errors.map(({ path }) => CONTROLS.find(([prefix]) => path?.startsWith(prefix))?.[1]));
    for (const [, name] of CONTROLS) {
        if (faulty.has(name)) controls[name].setAttribute("aria-invalid", "true");
        else controls[name].removeAttribute("aria-invalid");
    }
}

const takes = ({ basis, peakMemoryBytes, seconds }) => basis === "EARLIER_JOB"
    ? `; an earlier job like it took ${bytes(peakMemoryBytes)} of memory${seconds === undefined ? "" : ` and ${duration(seconds)}`}`
    : `; the engine will take at least ${bytes(peakMemoryBytes)} of memory`;

function findings(preflight) {
    return h("div", {},
        preflight.findings.map((finding) => h("p", {}, badge(finding.severity), " ",
            finding.path && [h("code", {}, finding.path), " "], finding.message)),
        preflight.valid && h("p", {}, "The request is sound",
            preflight.estimate && takes(preflight.estimate), "."));
}

/** Builds the form and says how to offer it models and datasets. */
export function jobForm(form) {
    const answer = h("div", { "aria-live": "polite" });
    const model = select("model", []);
    const calibration = select("calibration", []);
    const evaluation = select("evaluation", []);
    const target = select("target", [["", "The worker's own processor"]]);
    const algorithms = h("fieldset", { "data-only": "STATIC" }, h("legend", {}, "Corrections"), choices("settings.algorithms").map(([value, text]) =>
        h("label", {}, h("input", { type: "checkbox", name: "algorithms", value }), text)));
    show(form,
        h("div", { class: "columns" },
            field("Model", model), choice("Technique", "technique", "technique", {}), field("Target", target),
            field("Calibration dataset", calibration, hint("calibration")),
            field("Evaluation dataset", evaluation, hint("evaluation")),
            choice("Metric", "metric", "evaluation.metric", { absent: "By the data - top-1 with labels, else fidelity" }),
            choice("Prefer", "prefer", "objective.prefer", { note: "Among the candidates that lose no more than allowed.", only: ["AUTO"] }),
            choice("Observer", "observer", "settings.observer", { note: "How an activation's range is chosen.", only: ["STATIC"] }),
            field("Weights", select("weightType", [["INT4", "4 bits"], ["INT8", "8 bits"]]), undefined, ["WEIGHT_ONLY"]),
            choice("Block", "blockSize", "settings.blockSize", { absent: "32, the default", note: "How many weights share one scale.", only: ["WEIGHT_ONLY"] }),
            choice("Rounding", "weightMethod", "settings.weightMethod", { absent: "HQQ, the default", only: ["WEIGHT_ONLY"] }),
            field("Batch sizes", h("input", { name: "batchSizes", value: "1, 32" }), "Latency is measured at each, up to four."),
            field("Threads", amount("threads", "measure.threads"), hint("measure.threads")),
            field("Largest drop", amount("maxDrop", "objective.maxDrop"), hint("objective.maxDrop")),
            field("Seconds at most", amount("maxRunSeconds", "budget.maxRunSeconds"), "The search ends before; the best so far is kept.", ["AUTO"]),
            field("Trials at most", amount("maxTrials", "budget.maxTrials"), undefined, ["AUTO"])),
        algorithms,
        h("details", {}, h("summary", {}, "Preprocessing and layers to leave in floating point"),
            h("div", { class: "columns" },
                field("Preprocessing as JSON", h("textarea", { name: "preprocessing", rows: 4, class: "mono", spellcheck: "false",
                    placeholder: '{"scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}' }),
                    "A value becomes (value × scale − mean) / std; for both datasets."),
                field("Nodes to leave in floating point", h("textarea", { name: "exclude", rows: 4, class: "mono", spellcheck: "false" }),
                    "One name a line."))),
        h("div", { class: "row" },
            h("button", { name: "go", value: "submit" }, "Submit job"),
            h("button", { name: "go", value: "check", class: "outline" }, "Only check")),
        answer);
    const fit = () => form.querySelectorAll("[data-only]").forEach((part) => {
        part.hidden = !part.dataset.only.split(" ").includes(form.elements.technique.value);
    });
    form.elements.technique.addEventListener("change", fit);
    fit();
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const check = event.submitter?.value === "check";
        mark(form.elements, []);
        try {
            const body = request(form);
            if (check) {
                const preflight = await post("/v1/jobs?validateOnly=true", body);
                mark(form.elements, preflight.findings.filter((finding) => finding.severity === "ERROR"));
                show(answer, findings(preflight));
            } else {
                const job = await post("/v1/jobs", body);
                location.href = `job.html?id=${job.id}`;
            }
        } catch (error) {
            if (error instanceof SyntaxError) {
                show(answer, problem({ title: "Preprocessing is not JSON", errors: [{ path: "preprocessing", message: error.message }] }));
            } else if (error instanceof Problem) {
                mark(form.elements, error.members.errors);
                show(answer, problem(error.members));
            } else {
                throw error;
            }
        }
    });
    get("/v1/targets").then((list) => target.append(...options(list.items.map((each) =>
        [each.id, `${each.description} (${each.executable ? "runs here" : "not measured: " + each.reason})`]))));

    const renew = (control, list) => {
        const before = control.value;
        show(control, options(list));
        if (before && list.some(([value]) => value === before)) control.value = before;
    };
    return {
        offer(models, datasets) {
            const sets = datasets.map((each) => [each.id, `${each.name} (${each.samples} samples${each.labels ? ", labels" : ""})`]);
            renew(model, models.map((each) => [each.id, each.name]));
            renew(calibration, [["", "None"], ...sets]);
            renew(evaluation, [["", "None: fidelity on calibration samples held back"], ...sets]);
        },
    };
}
