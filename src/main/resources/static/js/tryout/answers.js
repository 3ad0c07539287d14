// Both models' answers to each sample, side by side.

import { fixed, number, percent } from "../format.js";
import { facts, folded } from "../parts/parts.js";
import { table } from "../parts/table.js";
import { html } from "../ui.js";
import { Picture } from "./picture.js";
import { strips } from "./strips.js";

const verdict = (agree) => (agree === undefined ? html`<span class="badge">no classes</span>`
    : agree ? html`<span class="badge succeeded">same answer</span>` : html`<span class="badge failed">other answer</span>`);

/** One bar; the number beside it says the same. */
const bar = (model, { share, value }) => html`<span class="model">${model}</span>
    <svg class="bar" preserveAspectRatio="none" viewBox="0 0 1 1" aria-hidden="true"><rect class=${model === "Float" ? "float" : "int8"} width=${share} height="1" /></svg>
    <span class="much">${percent(share, 1)}</span><span class="much quiet raw">${number(value, 3)}</span>`;

/** The class that a model finds largest. */
const best = (found, model) => found.reduce((a, b) => (b[model].value > a[model].value ? b : a)).index;

const mark = (index, float, int8) => (index === float && index === int8 ? html` <span class="mark">both models' answer</span>`
    : index === float ? html` <span class="mark float">float's answer</span>` : index === int8 && html` <span class="mark int8">INT8's answer</span>`);

/** The largest classes of both, each with a bar for either model. */
function classes({ classes: found, form, name }) {
    const [float, int8] = [best(found, "fp32"), best(found, "int8")];
    return html`<ul class="classes" aria-label="Largest classes of ${name}">${found.map(({ index, fp32, int8: quantized }) => html`<li>
            <span class="what">class ${index}${mark(index, float, int8)}</span>
            <span class="pair">${bar("Float", fp32)}${bar("INT8", quantized)}</span></li>`)}</ul>
        <p class="quiet hint">${form === "SCORES" ? "Shares are the softmax of the scores, which stand beside them." : "Shares as the model gives them."}</p>`;
}

const values = ({ values: { fp32, int8 }, elements }) => table(elements > fp32.length ? `The first ${fp32.length} of ${elements} values` : "All values", ["Index", "Float", "INT8", "Difference"],
    fp32.map((value, index) => [index, { class: "num", content: number(value, 5) }, { class: "num", content: number(int8[index], 5) },
        { class: "num", content: number(int8[index] - value, 3) }]), "values");

const at = ({ value, index, fp32, int8 }) => `${number(value, 3)}${index.length > 0 ? ` at [${index.join(", ")}]` : ""}: float ${number(fp32, 4)}, INT8 ${number(int8, 4)}`;

function notFinite({ fp32, int8 }) {
    const told = [fp32 > 0 && `${fp32} of the float model's`, int8 > 0 && `${int8} of the quantized model's`].filter(Boolean).join(" and ");
    return told && html`<p class="bad">${told} values are NaN or infinite.</p>`;
}

function Output({ output }) {
    const { name, type, shape, int8Shape, classes: found, cells, cosine, sqnrDb, largestDifference, nonFinite, values: first } = output;
    const apart = shape.join() !== int8Shape.join();
    return html`<div class="output">
        <h3><code>${name}</code> <small>${type} [${shape.join(", ")}]</small></h3>
        ${apart && html`<p class="bad">The quantized model gives [${int8Shape.join(", ")}] here, so the values can't be compared.</p>`}
        ${notFinite(nonFinite)}
        ${found.length > 0 && classes(output)}
        ${cells.length > 0 && found.length === 0 && strips(output)}
        ${facts([["Cosine", cosine !== undefined && fixed(cosine, 5)], ["SQNR", sqnrDb !== undefined && (sqnrDb >= 300 ? "equal" : `${fixed(sqnrDb, 1)} dB`)],
            ["Largest difference", largestDifference && at(largestDifference)]])}
        ${first.fp32.length > 0 && !apart && (found.length > 0 || cells.length > 0 ? folded(cells.length > 0 ? `First ${first.fp32.length} values` : "All values", values(output)) : values(output))}
    </div>`;
}

const label = ({ labels }) => labels.length > 0 && `label ${labels.slice(0, 8).map((each) => number(each, 4)).join(", ")}${labels.length > 8 ? ", …" : ""}`;

/** What each model answers, in a few words. */
function said({ outputs }) {
    const found = outputs.find(({ classes: some }) => some.length > 0)?.classes;
    if (!found) return undefined;
    const [float, int8] = [best(found, "fp32"), best(found, "int8")];
    return float === int8 ? `both class ${float}` : `float class ${float}, INT8 class ${int8}`;
}

function Sample({ sample, open }) {
    const { index, agree, outputs, moreOutputs } = sample;
    return html`<details class="answer" open=${open}>
        <summary><span class="row"><strong>Sample ${index + 1}</strong>${label(sample) && html`<span class="quiet">${label(sample)}</span>`}${verdict(agree)}${said(sample) && html`<span class="quiet">${said(sample)}</span>`}</span></summary>
        ${outputs.map((output) => html`<${Output} key=${output.name} output=${output} />`)}
        ${moreOutputs > 0 && html`<p class="quiet">${moreOutputs} further outputs are not shown.</p>`}
    </details>`;
}

/** What all samples say together. */
function summary({ result, format, preprocessing }, name) {
    const answers = result.samples.filter(({ agree }) => agree !== undefined);
    const same = answers.filter(({ agree }) => agree).length;
    const [only] = result.samples;
    const title = answers.length === 0 ? "No output is a choice among classes: see how near the values are."
        : result.samples.length === 1 ? (only.agree ? "Both models give the same answer." : "The models give different answers.")
            : `The models give the same answer on ${same} of ${answers.length} samples.`;
    const of = result.total > result.samples.length ? `the first ${result.samples.length} of ${result.total} samples` : `${result.samples.length} ${result.samples.length === 1 ? "sample" : "samples"}`;
    return html`<div class="verdict ${answers.length === 0 ? "" : same === answers.length ? "goal_met" : "goal_not_met"}" role="status"><strong>${title}</strong>
        <p class="quiet">${[name, of, preprocessing ? "prepared as the job's own samples" : format === "IMAGES" ? undefined : "taken as they are",
            result.asWritten && "INT8 executed as written: the worker is not the target"].filter(Boolean).join(" · ")}</p>
        ${format === "IMAGES" && !preprocessing && html`<p>Pixels were fed as they are, 0 to 255: the job had no preprocessing for images. If the model expects other values, its answers mean little.</p>`}</div>`;
}

export function Answers({ comparison, picture, name }) {
    const { samples } = comparison.result;
    return html`${summary(comparison, name)}<div class="tried">
        ${picture && html`<${Picture} file=${picture} />`}
        <div class="answers">${samples.map((sample, index) => html`<${Sample} key=${`${comparison.id} ${sample.index}`} sample=${sample} open=${index === 0} />`)}</div>
    </div>`;
}
