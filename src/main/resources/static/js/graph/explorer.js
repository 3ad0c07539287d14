// A model's graph to look around in: the drawing, a search, and what is known of the chosen node.

import { html, useMemo, useState } from "../ui.js";
import { bytes, shape, words } from "../format.js";
import { badge, facts } from "../parts/parts.js";
import { connect, place } from "./layout.js";
import { GraphView } from "./view.js";

const MOST_LISTED = 40;

const matches = (vertex, wanted) => `${vertex.label} ${vertex.node?.operator ?? vertex.kind}`.toLowerCase().includes(wanted);

function Chosen({ vertex }) {
    if (!vertex) return html`<p class="quiet">Choose a node in the drawing, or search for one by name or operator.</p>`;
    const { node, kind, label } = vertex;
    if (!node) return html`<h3>${label}</h3><p>${kind === "input" ? "An input: given by the caller." : "An output: what the caller gets."}</p>`;
    return html`<h3 class="wrap">${label}</h3>
        ${facts([
            ["Operator", node.operator],
            ["Expected", html`${badge(node.expected)}${node.reason && html` ${node.reason}`}`],
            ["Constants", node.weights.length > 0 && html`${bytes(node.parameterBytes)}${node.weights.map((weight) => html`<br /><code>${shape(weight)}</code>`)}`],
            ["Reads", node.inputs.length > 0 && html`<code>${node.inputs.join(", ")}</code>`],
            ["Computes", html`<code>${node.outputs.join(", ")}</code>`],
            ["Inside of", node.inside],
        ])}`;
}

/** The graph of a model, with its inputs and outputs. */
export function Explorer({ graph, model }) {
    const drawing = useMemo(() => place(connect(graph.nodes, model.inputs, graph.total > graph.nodes.length ? [] : model.outputs)), [graph]);
    const [at, setAt] = useState({ x: drawing.vertices[0]?.x ?? 0, y: 240, scale: 0.9 });
    const [chosen, setChosen] = useState();
    const [wanted, setWanted] = useState("");
    const found = useMemo(() => (wanted.trim() ? drawing.vertices.filter((vertex) => matches(vertex, wanted.trim().toLowerCase())) : []), [wanted, drawing]);
    const marked = useMemo(() => new Set(found), [found]);
    const show = (vertex) => {
        setChosen(vertex);
        setAt((now) => ({ x: vertex.x, y: vertex.y, scale: Math.max(now.scale, 0.8) }));
    };
    const enter = (event) => {
        if (event.key !== "Enter" || found.length === 0) return;
        event.preventDefault();
        show(found[(found.indexOf(chosen) + 1) % found.length]);
    };
    return html`<div class="explorer">
        <${GraphView} drawing=${drawing} at=${at} move=${setAt} chosen=${chosen} choose=${setChosen} found=${marked} />
        <div class="side">
            <label>Search nodes <input type="search" id="node-search" value=${wanted} oninput=${(event) => setWanted(event.target.value)} onkeydown=${enter}
                placeholder="Name or operator" /></label>
            ${wanted && html`<p role="status" class="quiet">${found.length === 0 ? "Nothing of that name" : `${found.length} found; Enter goes from one to the next`}</p>
                <ol class="found" aria-label="Nodes found">${found.slice(0, MOST_LISTED).map((vertex) => html`<li><button class="plain" onclick=${() => show(vertex)}
                    aria-current=${vertex === chosen ? "true" : undefined}>${vertex.node?.operator ?? vertex.kind} <span class="quiet">${vertex.label}</span></button></li>`)}</ol>`}
            <div id="node" aria-live="polite"><${Chosen} vertex=${chosen} /></div>
            <ul class="key" aria-label="Colours">${["quantized", "float", "fused"].map((each) => html`<li class=${each}>${
                { quantized: "has an integer kernel", float: "stays in floating point", fused: "gone before quantizing" }[each]}</li>`)}</ul>
            ${graph.total > graph.nodes.length && html`<p>The first ${graph.nodes.length.toLocaleString("en")} of ${graph.total.toLocaleString("en")} ${words("NODES")}.</p>`}
        </div>
    </div>`;
}
