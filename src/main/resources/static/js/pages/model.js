// One model: what it is, where its bytes are, what integers can do for it, and its graph.

import { get } from "../api.js";
import { bars } from "../charts/bars.js";
import { bytes, count, moment, percent, sentence, shape } from "../format.js";
import { Explorer } from "../graph/explorer.js";
import { useLoaded, waiting } from "../loaded.js";
import { badge, facts, section } from "../parts/parts.js";
import { table } from "../parts/table.js";
import { to } from "../router.js";
import { html } from "../ui.js";

const LARGEST = 12;

/** The nodes with the most constants, and what is left of the others. */
function sizes(nodes) {
    const heavy = nodes.filter((node) => node.parameterBytes > 0).sort((a, b) => b.parameterBytes - a.parameterBytes);
    const rest = heavy.slice(LARGEST);
    const rows = heavy.slice(0, LARGEST).map((node) => ({ label: `${node.operator} · ${node.name}`, value: node.parameterBytes,
        shown: bytes(node.parameterBytes), className: node.expected.toLowerCase() }));
    return rest.length === 0 ? rows : [...rows, { label: `${rest.length} others`, value: rest.reduce((sum, each) => sum + each.parameterBytes, 0),
        shown: bytes(rest.reduce((sum, each) => sum + each.parameterBytes, 0)), className: "rest" }];
}

function operators(nodes) {
    const kinds = Map.groupBy(nodes, (node) => node.operator);
    return [...kinds].sort(([, a], [, b]) => b.length - a.length).map(([operator, list]) => {
        const has = (fate) => list.filter((node) => node.expected === fate).length;
        const reasons = [...new Set(list.filter((node) => node.expected !== "QUANTIZED").map((node) => node.reason))];
        return [operator, { class: "num", content: String(list.length) },
            html`${["QUANTIZED", "FLOAT", "FUSED"].filter((fate) => has(fate) > 0).map((fate) => html`${badge(fate)}${list.length > has(fate) && ` ${has(fate)}`} `)}`,
            { class: "num", content: bytes(list.reduce((sum, node) => sum + node.parameterBytes, 0)) },
            reasons.slice(0, 2).join("; ")];
    });
}

function Contents({ graph, model }) {
    const { nodes } = graph;
    const weighed = nodes.reduce((sum, node) => sum + node.parameterBytes, 0);
    const integers = nodes.filter((node) => node.expected === "QUANTIZED").reduce((sum, node) => sum + node.parameterBytes, 0);
    return html`
        ${section("graph", "Graph", html`<p class="quiet">${percent(integers / (weighed || 1), 0)} of the constants' bytes belong to operators that the targets can run on integers,
            as far as the operators alone can tell.</p>`, html`<${Explorer} graph=${graph} model=${model} />`)}
        ${section("sizes", "Where the bytes are", bars("Bytes of constants by node", sizes(nodes)))}
        ${section("operators", "Operators", table("Operators", ["Operator", { class: "num", content: "Nodes" }, "Expected", { class: "num", content: "Constants" }, "Why not"], operators(nodes)))}`;
}

function Jobs({ id }) {
    const jobs = useLoaded(() => get(`/v1/jobs?${new URLSearchParams({ modelId: id, limit: 10 })}`), [id]);
    return jobs.value?.items.length > 0 && section("model-jobs", "Its newest jobs", html`<ul class="plain">${jobs.value.items.map((job) =>
        html`<li><a href=${to(["jobs", job.id])}>${sentence(job.request.technique)}, ${moment(job.createdAt)}</a> ${badge(job.outcome ?? job.state)}</li>`)}</ul>`);
}

export function Model({ id }) {
    const address = `/v1/models/${encodeURIComponent(id)}`;
    const model = useLoaded(() => get(address), [id]);
    const graph = useLoaded(() => get(`${address}/graph`), [id]);
    const { value } = model;
    return html`<div class="row head"><h1 tabindex="-1" class="grow wrap">${value?.name ?? "Model"}</h1>
            ${value && html`<a class="button" href="${address}/content" download>Download</a>
                ${!value.quantized && html`<a class="button primary" href=${to(["new"], { model: id })}>Quantize it</a>`}`}</div>
        ${waiting(model, "the model")}
        ${value && html`${value.quantized && html`<p class="note warning">This model holds quantization operators already. Upload the floating-point model that it was made from.</p>`}
            ${facts([
                ["Inputs", html`${value.inputs.map((each) => html`<code>${shape(each)}</code><br />`)}`],
                ["Outputs", html`${value.outputs.map((each) => html`<code>${shape(each)}</code><br />`)}`],
                ["Weights", `${count(value.parameters)} in ${bytes(value.sizeBytes)}`],
                ["Format", `${value.format.replaceAll("_", " ")}${value.opset ? `, operator set ${value.opset}` : ""}`],
                ["Uploaded", moment(value.createdAt)],
                ["SHA-256", html`<code>${value.sha256}</code>`],
            ])}
            ${waiting(graph, "the graph")}
            ${graph.value && html`<${Contents} graph=${graph.value} model=${value} />`}
            <${Jobs} id=${id} />`}`;
}
