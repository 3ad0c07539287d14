// The table of layers: sortable by every column, filtered, each with its details on demand.

import { h, html, useState } from "../ui.js";
import { count, fixed, number, percent, times } from "../format.js";
import { badge, facts, section } from "../parts/parts.js";
import { to } from "../router.js";
import { histogram } from "./histogram.js";

const MOST_ROWS = 200;
const ALONE = 6;

const speedup = (layer) => (layer.int8Micros > 0 && layer.fp32Micros !== undefined ? layer.fp32Micros / layer.int8Micros : undefined);

const COLUMNS = [
    { head: "#", value: (layer) => layer.position, className: "num" },
    { head: "Layer", value: (layer) => layer.name, className: "name" },
    { head: "Operator", value: (layer) => layer.operator },
    { head: "Decision", value: (layer) => layer.decision, cell: (layer) => badge(layer.decision) },
    { head: "Computes in", value: (layer) => layer.precision },
    { head: "MACs", value: (layer) => layer.macs, cell: (layer) => (layer.macs ? count(layer.macs) : "–"), className: "num" },
    { head: "SQNR alone", value: (layer) => layer.sqnrAloneDb, cell: (layer) => fixed(layer.sqnrAloneDb, 1), className: "num", unit: "dB" },
    { head: "in the model", value: (layer) => layer.sqnrAccumulatedDb, cell: (layer) => fixed(layer.sqnrAccumulatedDb, 1), className: "num", unit: "dB" },
    { head: "Float", value: (layer) => layer.fp32Micros, cell: (layer) => number(layer.fp32Micros), className: "num", unit: "µs" },
    { head: "INT8", value: (layer) => layer.int8Micros, cell: (layer) => number(layer.int8Micros), className: "num", unit: "µs" },
    { head: "Speed-up", value: speedup, cell: (layer) => times(speedup(layer)), className: "num" },
    { head: "Saturation", value: (layer) => layer.activation?.saturation, cell: (layer) => percent(layer.activation?.saturation, 3), className: "num" },
];

/** Orders by a column; what has no value comes last in both directions. */
function ordered(layers, column, descending) {
    const { value } = COLUMNS[column];
    return [...layers].sort((a, b) => {
        const [left, right] = [value(a), value(b)];
        if (left === undefined || right === undefined) return (left === undefined) - (right === undefined);
        const order = typeof left === "string" ? left.localeCompare(right) : left - right;
        return descending ? -order : order;
    });
}

function encoding(found) {
    if (!found) return "none: stays in floating point, or is encoded at run time";
    const { scale, zeroPoint, type, axis } = found;
    if (scale.length === 1) return `${type}, scale ${number(scale[0], 6)}, zero point ${zeroPoint[0]}`;
    const zeros = zeroPoint.every((each) => each === zeroPoint[0]) ? `zero point ${zeroPoint[0]}` : "zero points by channel";
    return `${type}, ${scale.length} channels along axis ${axis}, scales ${number(Math.min(...scale), 4)} to ${number(Math.max(...scale), 4)}, ${zeros}`;
}

const range = ({ min, max }) => (min === undefined ? "–" : `${number(min, 5)} to ${number(max, 5)}`);

const channels = (peaks) => peaks?.length > 0 && peaks.map(({ index, magnitude, timesMedian }) =>
    `channel ${index} reaches ${number(magnitude, 4)}, ${number(timesMedian, 2)} times the median`).join("; ");

function Detail({ layer, job }) {
    const { weight, activation, name, decision } = layer;
    const causes = activation?.causes ?? [];
    return html`${causes.length > 0 && html`<ul class="causes">${causes.map((cause) => html`<li>${cause}</li>`)}</ul>`}
        ${activation && histogram(activation)}
        ${facts([
            ["Why", layer.reason],
            ["Weight", weight && encoding(weight.encoding)],
            ["Weight range", weight && range(weight)],
            ["Weight SQNR", weight?.sqnrDb !== undefined && `${fixed(weight.sqnrDb, 1)} dB`],
            ["Output", activation && html`<code>${activation.tensor}</code>`],
            ["Output encoding", activation && encoding(activation.encoding)],
            ["Range seen", activation && range(activation)],
            ["Widest channels", channels(activation?.worstChannels)],
            ["Outside the encoding", activation?.saturation !== undefined && `${percent(activation.saturation, 4)} of values`],
        ])}
        ${decision === "QUANTIZED" && html`<p><a href=${to(["new"], { from: job.id, set: JSON.stringify({ "settings.exclude": [...(job.request.settings?.exclude ?? []), name] }) })}>Run again with this layer in floating point</a></p>`}`;
}

function Row({ layer, job }) {
    const [open, setOpen] = useState(false);
    return html`<tr>${COLUMNS.map(({ head, value, cell, className }) => head === "Layer"
            ? html`<th class=${className} scope="row"><button class="disclose" aria-expanded=${String(open)} onclick=${() => setOpen(!open)}>${layer.name}</button></th>`
            : h("td", { class: className }, cell ? cell(layer) : String(value(layer))))}</tr>
        ${open && html`<tr class="detail"><td colspan=${COLUMNS.length}><${Detail} layer=${layer} job=${job} /></td></tr>`}`;
}

/** The section with the table and its controls. */
export function Layers({ layers, job }) {
    const [order, setOrder] = useState({ column: 0, descending: false });
    const [decision, setDecision] = useState("");
    const [wanted, setWanted] = useState("");
    const [most, setMost] = useState(MOST_ROWS);
    const decisions = [...new Set(layers.map((each) => each.decision))];
    const found = layers.filter((layer) => (!decision || layer.decision === decision)
        && `${layer.name} ${layer.operator}`.toLowerCase().includes(wanted.toLowerCase()));
    const sort = (column) => setOrder((now) => ({ column, descending: now.column === column && !now.descending }));
    const direction = (index) => (index === order.column ? (order.descending ? "descending" : "ascending") : undefined);
    return section("layer-table", "Layers", html`
        <div class="row controls">
            <label>Decision <select value=${decision} onchange=${(event) => setDecision(event.target.value)}><option value="">all ${layers.length} layers</option>
                ${decisions.map((each) => html`<option value=${each}>${each.toLowerCase()} (${layers.filter((layer) => layer.decision === each).length})</option>`)}</select></label>
            <label>Search <input type="search" placeholder="Name or operator" value=${wanted} oninput=${(event) => setWanted(event.target.value)} /></label>
            <button onclick=${() => setOrder({ column: ALONE, descending: false })}>Worst first</button>
        </div>
        <div class="scroll tall" tabindex="0" role="region" aria-label="Table of layers"><table id="layers" class="layers">
            <caption class="unseen">Layers in running order; headings sort, names open what is known of a layer</caption>
            <thead><tr>${COLUMNS.map(({ head, className, unit }, index) => html`<th scope="col" class=${className} aria-sort=${direction(index)}>
                <button class="sort" onclick=${() => sort(index)}>${head}${unit && html`<small> ${unit}</small>`}</button></th>`)}</tr></thead>
            <tbody>${ordered(found, order.column, order.descending).slice(0, most).map((layer) => html`<${Row} key=${layer.position} layer=${layer} job=${job} />`)}</tbody>
        </table></div>
        ${found.length > most && html`<p><button onclick=${() => setMost(Infinity)}>Show all ${found.length}</button></p>`}`);
}
