// The drawing of a network that is moved and zoomed; only what can be seen is drawn.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../ui.js";
import { NODE } from "./layout.js";

const STEP = 1.25;
const [LEAST, MOST] = [0.01, 2.5];
const READABLE = 0.45;
const MARGIN = 60;

const cut = (text, most) => (text.length > most ? `…${text.slice(1 - most)}` : text);

const path = ({ points }) => points.slice(1).reduce((drawn, [x, y], index) => {
    const [x0, y0] = points[index];
    const middle = (y0 + y) / 2;
    return `${drawn}C${x0} ${middle} ${x} ${middle} ${x} ${y}`;
}, `M${points[0].join(" ")}`);

const kindOf = ({ kind, node }) => (kind === "node" ? node.expected.toLowerCase() : kind);

function Vertex({ vertex, readable, chosen, found, choose }) {
    const { x, y, kind, label, node } = vertex;
    return html`<g class="vertex ${kindOf(vertex)} ${chosen ? "chosen" : ""} ${found ? "found" : ""}" transform="translate(${x - NODE.width / 2} ${y - NODE.height / 2})"
            onclick=${() => choose(vertex)}>
        <title>${label}</title>
        <rect width=${NODE.width} height=${NODE.height} rx="8" />
        ${readable && html`<text x=${NODE.width / 2} y="17" text-anchor="middle" class="operator">${kind === "node" ? cut(node.operator, 22) : kind}</text>
            <text x=${NODE.width / 2} y="32" text-anchor="middle" class="label">${cut(label, 26)}</text>`}
    </g>`;
}

/** The drawing; `at` is {x, y, scale} of its centre, which the caller keeps. */
export function GraphView({ drawing, at, move, chosen, choose, found }) {
    const frame = useRef();
    const [size, setSize] = useState({ width: 800, height: 520 });
    const drag = useRef();
    useLayoutEffect(() => {
        const watch = new ResizeObserver(([{ contentRect }]) => setSize({ width: contentRect.width, height: contentRect.height }));
        watch.observe(frame.current);
        return () => watch.disconnect();
    }, []);
    const zoom = (factor) => move((now) => ({ ...now, scale: Math.min(MOST, Math.max(LEAST, now.scale * factor)) }));
    const shift = (x, y) => move((now) => ({ ...now, x: now.x + x / now.scale, y: now.y + y / now.scale }));
    useEffect(() => {
        // Not passive: the browser would zoom the whole page.
        const wheel = (event) => {
            if (!event.ctrlKey && !event.metaKey) return;
            event.preventDefault();
            zoom(event.deltaY < 0 ? STEP : 1 / STEP);
        };
        frame.current.addEventListener("wheel", wheel, { passive: false });
        return () => frame.current?.removeEventListener("wheel", wheel);
    }, []);

    const keys = {
        ArrowUp: () => shift(0, -60), ArrowDown: () => shift(0, 60), ArrowLeft: () => shift(-60, 0), ArrowRight: () => shift(60, 0),
        "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: () => move(() => whole(drawing, size)),
    };
    const key = (event) => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        act();
    };
    const down = (event) => {
        drag.current = { x: event.clientX, y: event.clientY };
    };
    const over = (event) => {
        if (!drag.current || event.buttons === 0) return;
        shift(drag.current.x - event.clientX, drag.current.y - event.clientY);
        drag.current = { x: event.clientX, y: event.clientY };
    };

    const half = { x: size.width / 2 / at.scale, y: size.height / 2 / at.scale };
    const [top, bottom] = [at.y - half.y - MARGIN, at.y + half.y + MARGIN];
    const [left, right] = [at.x - half.x - NODE.width, at.x + half.x + NODE.width];
    const seen = drawing.vertices.filter(({ x, y }) => y > top && y < bottom && x > left && x < right);
    const edges = drawing.edges.filter((edge) => edge.bottom > top && edge.top < bottom);
    return html`<div class="graph">
        <div class="row tools"><button class="small" onclick=${() => zoom(STEP)} aria-label="Zoom in">+</button>
            <button class="small" onclick=${() => zoom(1 / STEP)} aria-label="Zoom out">−</button>
            <button class="small" onclick=${() => move(() => whole(drawing, size))}>Whole</button></div>
        <div class="frame" ref=${frame} tabindex="0" role="group" aria-label="Drawing of the graph. Arrow keys move it, plus and minus zoom, 0 shows the whole. Use the search to read its nodes."
            onkeydown=${key} onpointerdown=${down} onpointermove=${over}>
            <svg width=${size.width} height=${size.height} viewBox="${at.x - half.x} ${at.y - half.y} ${half.x * 2} ${half.y * 2}" aria-hidden="true">
                ${edges.map((edge, index) => html`<path key=${index} class="edge" d=${path(edge)} />`)}
                ${seen.map((vertex) => html`<${Vertex} key=${vertex.id} vertex=${vertex} readable=${at.scale > READABLE} chosen=${chosen === vertex}
                    found=${found.has(vertex)} choose=${choose} />`)}
            </svg>
        </div>
    </div>`;
}

/** Where to stand to see all of a drawing. */
export const whole = ({ width, height }, size) => ({
    x: width / 2,
    y: height / 2,
    scale: Math.min(1, Math.max(LEAST, Math.min(size.width / (width + 40), size.height / (height + 40)))),
});
