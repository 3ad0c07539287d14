// What to do next: ways on from a result, each a request with a change that is one press away.

import { html } from "../ui.js";
import { section } from "../parts/parts.js";
import { to } from "../router.js";
import { percent } from "../format.js";

const WORST = 3;

/** The layers whose quantization costs most, by their noise alone. */
const worst = (layers) => (layers ?? []).filter((each) => each.decision === "QUANTIZED" && each.sqnrAloneDb !== undefined)
    .sort((a, b) => a.sqnrAloneDb - b.sqnrAloneDb).slice(0, WORST).map((each) => each.name);

function suggestions({ job, report, layers }) {
    const { request, outcome, result, state } = job;
    const again = (set) => to(["new"], { from: job.id, set: JSON.stringify(set) });
    const found = [];
    const suggest = (text, href, action) => found.push({ text, href, action });
    const technique = request.technique;
    if (state === "FAILED" && job.error?.fault === "user") suggest("Change what the error names and run again.", again({}), "Change the request");
    if (state === "EXPIRED") suggest("The time was up. Give the job more, or fewer trials.", again({ "budget.maxRunSeconds": (request.budget?.maxRunSeconds ?? 3600) * 4 }), "Run with four times the time");
    if (!request.calibration && (technique === "STATIC" || technique === "AUTO")) suggest("It ran without samples. A few hundred of the model's real inputs make ranges that fit.", again({}), "Add calibration data");
    if (outcome === "GOAL_NOT_MET" && technique !== "AUTO") suggest("Let the service look for a mix of integers and floating point that meets the goal.", again({ technique: "AUTO" }), "Search automatically");
    if (outcome === "GOAL_NOT_MET" && worst(layers).length > 0) {
        suggest(`Keep the ${worst(layers).length} layers that lose most in floating point; it costs some speed.`,
            again({ technique: "STATIC", "settings.exclude": [...new Set([...(request.settings?.exclude ?? []), ...worst(layers)])] }), "Leave them out");
    }
    if (outcome === "NO_SPEEDUP" && report?.islands?.[0]?.macShare > 0.2) {
        suggest(`${percent(report.islands[0].macShare, 0)} of the work stays in floating point: ${report.islands[0].reason}.`);
    }
    if (outcome === "NO_SPEEDUP" && technique !== "WEIGHT_ONLY") suggest("If size matters more than time, quantize the weights alone.", again({ technique: "WEIGHT_ONLY" }), "Try weights only");
    if (report?.dataAdvice?.drifted > 0) suggest(`${report.dataAdvice.drifted === 1 ? "One value looks" : `${report.dataAdvice.drifted} values look`} different in calibration and evaluation data; calibrate on samples that are more like the real ones.`, again({}), "Choose other samples");
    if (result && !request.evaluation) suggest("Accuracy was not scored, only closeness to the float model. A set with labels tells what it costs.", again({}), "Add evaluation data");
    if (outcome === "GOAL_MET" && technique !== "AUTO") suggest("The goal is met. A search may find a faster model that meets it too.", again({ technique: "AUTO" }), "Search automatically");
    return found;
}

export function next(all) {
    const found = suggestions(all);
    return found.length > 0 && section("next", "What to do next", html`<ul class="next">${found.map(({ text, href, action }) =>
        html`<li><span class="grow">${text}</span>${href && html`<a class="button small" href=${href}>${action}</a>`}</li>`)}</ul>`);
}
