// The table of layers: sortable by every column, filtered, each with its details on demand.

import { h, show } from "./dom.js";
import { count, fixed, number, percent, times } from "./format.js";
import { badge } from "./parts.js";

const MOST_ROWS = 300;

const speedup = (layer) => (layer.int8Micros > 0 && layer.fp32Micros !== undefined ? layer.fp32Micros / layer.int8Micros : undefined);

const COLUMNS = [
    { head: "#", value: (layer) => layer.position, className: "num" },
    { head: "Layer", value: (layer) => layer.name, className: "name" },
    { head: "Operator", value: (layer) => layer.operator },
    { head: "Decision", value: (layer) => layer.decision, cell: (layer) => badge(layer.decision) },
    { head: "Computes in", value: (layer) => layer.precision },
    { head: "MACs", value: (layer) => layer.macs, cell: (layer) => (layer.macs ? count(layer.macs) : "–"), className: "num" },
    { head: "SQNR alone", value: (layer) => layer.sqnrAloneDb, cell: (layer) => fixed(layer.sqnrAloneDb, 1), className: "num", unit: "dB" },
    { head: "in the model", value: (layer) => layer.sqnrAccumulatedDb, cell: (layer) => fixed(layer.sqnrAccumulatedDb, 1),
        className: "num", unit: "dB" },
    { head: "Float", value: (layer) => layer.fp32Micros, cell: (layer) => number(layer.fp32Micros), className: "num", unit: "µs" },
    { head: "INT8", value: (layer) => layer.int8Micros, cell: (layer) => number(layer.int8Micros), className: "num", unit: "µs" },
    { head: "Speed-up", value: speedup, cell: (layer) => times(speedup(layer)), className: "num" },
    { head: "Saturation", value: (layer) => layer.activation?.saturation, cell: (layer) => percent(layer.activation?.saturation, 3),
        className: "num" },
];
const ALONE = 6;

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

const fact = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
const range = ({ min, max }) => (min === undefined ? "–" : `${number(min, 5)} to ${number(max, 5)}`);

function detail(layer) {
    const { weight, activation } = layer;
    return h("dl", { class: "facts" },
        fact("Why", layer.reason),
        weight && [fact("Weight", encoding(weight.encoding)), fact("Weight range", range(weight)),
            weight.sqnrDb !== undefined && fact("Weight SQNR", `${fixed(weight.sqnrDb, 1)} dB`)],
        activation && [fact("Output", h("code", {}, activation.tensor)), fact("Output encoding", encoding(activation.encoding)),
            fact("Range seen", range(activation)),
            activation.saturation !== undefined && fact("Outside the encoding", `${percent(activation.saturation, 4)} of values`)]);
}

function row(layer) {
    const below = h("tr", { class: "detail", hidden: true }, h("td", { colspan: COLUMNS.length }));
    const toggle = h("button", {
        class: "disclose",
        "aria-expanded": "false",
        onclick: () => {
            below.hidden = !below.hidden;
            toggle.setAttribute("aria-expanded", String(!below.hidden));
            if (!below.hidden) show(below.firstChild, detail(layer));
        },
    }, layer.name);
    const cells = COLUMNS.map(({ head, value, cell, className }) =>
        h(head === "Layer" ? "th" : "td", { class: className, scope: head === "Layer" && "row" },
            head === "Layer" ? toggle : cell ? cell(layer) : String(value(layer))));
    return [h("tr", {}, cells), below];
}

/** The section with the table and its controls. */
export function layerTable(layers) {
    const decisions = [...new Set(layers.map((each) => each.decision))];
    const state = { column: 0, descending: false, most: MOST_ROWS };
    const body = h("tbody");
    const heads = COLUMNS.map(({ head, className, unit }, index) => h("th", { scope: "col", class: className },
        h("button", { class: "sort", onclick: () => sort(index, state.column === index && !state.descending) },
            head, unit && h("small", {}, ` ${unit}`))));
    const decision = h("select", { "aria-label": "Decision", onchange: () => draw() },
        h("option", { value: "" }, `All ${layers.length} layers`),
        decisions.map((each) => h("option", { value: each },
            `${each.toLowerCase()} (${layers.filter((layer) => layer.decision === each).length})`)));
    const words = h("input", { type: "search", placeholder: "Name or operator", "aria-label": "Name or operator", oninput: () => draw() });
    const more = h("button", {
        class: "small outline",
        onclick: () => {
            state.most = Infinity;
            draw();
        },
    });

    function sort(column, descending) {
        Object.assign(state, { column, descending });
        draw();
    }

    function draw() {
        const wanted = words.value.toLowerCase();
        const found = layers.filter((layer) => (!decision.value || layer.decision === decision.value)
            && `${layer.name} ${layer.operator}`.toLowerCase().includes(wanted));
        show(body, ordered(found, state.column, state.descending).slice(0, state.most).map(row));
        heads.forEach((head, index) => {
            if (index === state.column) head.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
            else head.removeAttribute("aria-sort");
        });
        more.hidden = found.length <= state.most;
        more.textContent = `Show all ${found.length}`;
    }

    draw();
    return h("section", {}, h("h2", {}, "Layers"),
        h("div", { class: "row controls" }, decision, words,
            h("button", { class: "outline", onclick: () => sort(ALONE, false) }, "Worst first")),
        h("div", { class: "overflow-auto tall", tabindex: 0, role: "region", "aria-label": "Layers" }, h("table", { id: "layers", class: "layers" },
            h("caption", { class: "unseen" }, "Layers in running order; headings sort"),
            h("thead", {}, h("tr", {}, heads)), body)),
        more);
}
