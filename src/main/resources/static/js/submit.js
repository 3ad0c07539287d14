// The form for a new job: builds the contract's request, asks the pre-flight first, then submits.

import { get, post, Problem } from "./api.js";
import { h, show } from "./dom.js";
import { bytes } from "./format.js";
import { badge, problem } from "./parts.js";

const TECHNIQUES = [
    ["STATIC", "Static: activation ranges from a calibration set; the fastest"],
    ["DYNAMIC", "Dynamic: ranges at run time; needs no calibration set"],
];
const OBSERVERS = [
    ["MIN_MAX", "Min-max: the whole range seen"],
    ["MOVING_AVERAGE", "Moving average of the ranges of samples"],
    ["HISTOGRAM", "Histogram: least expected error"],
    ["PERCENTILE", "Percentile: the range without its rarest values"],
    ["ENTROPY", "Entropy: least KL divergence"],
    ["MSE", "Mean squared error: the clipping that loses least"],
];
const METRICS = [
    ["", "By the data: TOP1 with labels, else fidelity"],
    ["TOP1", "TOP1: share of samples with the right class first"],
    ["TOP5", "TOP5: share of samples with the right class among five"],
    ["MSE", "MSE: mean squared error to the labels"],
    ["PEARSON", "Pearson correlation with the labels"],
    ["SPEARMAN", "Spearman rank correlation with the labels"],
    ["FIDELITY", "Fidelity: nearness to the float model, no labels needed"],
];

const options = (list) => list.map(([value, text]) => h("option", { value }, text));
const select = (name, list) => h("select", { name }, options(list));
const field = (label, control, hint) => h("label", {}, label, control, hint && h("small", {}, hint));
const parts = (text, separator) => text.split(separator).map((each) => each.trim()).filter(Boolean);

/** Only the members that were filled in: what is absent stands for the service's defaults. */
function request(controls) {
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
    if (body.technique === "STATIC") body.settings.observer = text("observer");
    if (text("exclude")) body.settings.exclude = parts(text("exclude"), "\n");
    if (text("batchSizes")) body.measure.batchSizes = parts(text("batchSizes"), /[,\s]+/).map(Number);
    if (text("maxDrop")) body.objective.maxDrop = Number(text("maxDrop"));
    return body;
}

const CONTROLS = [
    ["modelId", "model"], ["technique", "technique"], ["target", "target"], ["calibration.preprocessing", "preprocessing"],
    ["evaluation.preprocessing", "preprocessing"], ["evaluation.metric", "metric"], ["calibration", "calibration"],
    ["evaluation", "evaluation"], ["settings.observer", "observer"], ["settings.exclude", "exclude"],
    ["measure.batchSizes", "batchSizes"], ["objective.maxDrop", "maxDrop"],
];

/** Marks the controls whose part of the request is at fault. */
function mark(controls, errors) {
    const faulty = new Set(errors.map(({ path }) => CONTROLS.find(([prefix]) => path?.startsWith(prefix))?.[1]));
    for (const [, name] of CONTROLS) {
        if (faulty.has(name)) controls[name].setAttribute("aria-invalid", "true");
        else controls[name].removeAttribute("aria-invalid");
    }
}

function findings(preflight) {
    return h("div", {},
        preflight.findings.map((finding) => h("p", {}, badge(finding.severity), " ",
            finding.path && [h("code", {}, finding.path), " "], finding.message)),
        preflight.valid && h("p", {}, "The request is sound",
            preflight.estimate && `; the engine would take at most ${bytes(preflight.estimate.peakMemoryBytes)} of memory`, "."));
}

/** Builds the form and says how to offer it models and datasets. */
export function jobForm(form) {
    const answer = h("div", { "aria-live": "polite" });
    const model = select("model", []);
    const calibration = select("calibration", []);
    const evaluation = select("evaluation", []);
    const target = select("target", [["", "The worker's own processor"]]);
    show(form,
        h("div", { class: "columns" },
            field("Model", model), field("Technique", select("technique", TECHNIQUES)), field("Target", target),
            field("Calibration dataset", calibration, "Samples from which activation ranges are taken; Dynamic needs none."),
            field("Evaluation dataset", evaluation, "Samples on which float and INT8 are scored."),
            field("Metric", select("metric", METRICS)),
            field("Observer", select("observer", OBSERVERS), "How an activation's range is chosen."),
            field("Batch sizes", h("input", { name: "batchSizes", value: "1, 32" }), "Latency is measured at each, up to four."),
            field("Largest drop", h("input", { name: "maxDrop", type: "number", step: "any", min: 0, value: "0.01" }),
                "The most the metric may lose; 0.01 is one point of accuracy.")),
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
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const check = event.submitter?.value === "check";
        mark(form.elements, []);
        try {
            const body = request(form.elements);
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
            renew(calibration, [["", "None: Static needs one"], ...sets]);
            renew(evaluation, [["", "None: fidelity on calibration samples held back"], ...sets]);
        },
    };
}
