// How a layer's output is distributed, and which part of that its integers can tell apart.

import { h } from "../ui.js";
import { number, percent } from "../format.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [1100, 250, 60, 20, 26, 34];
const RANGES = { UINT8: [0, 255], INT8: [-128, 127], UINT4: [0, 15], INT4: [-8, 7], UINT16: [0, 65535], INT16: [-32768, 32767] };
const MOST_BINS = 128;

/** The smallest and largest value that the encoding can tell; nothing where it has several scales. */
export function clipping(encoding) {
    const bounds = encoding && RANGES[encoding.type];
    if (!bounds || encoding.scale.length !== 1) return undefined;
    return bounds.map((level) => (level - encoding.zeroPoint[0]) * encoding.scale[0]);
}

/** Neighbouring bins joined until they are few enough to be seen. */
function joined(bins) {
    const together = Math.ceil(bins.length / MOST_BINS);
    return Array.from({ length: Math.ceil(bins.length / together) }, (_, index) =>
        bins.slice(index * together, (index + 1) * together).reduce((sum, each) => sum + each, 0));
}

/** The values seen in calibration as bars on a logarithmic scale, with the clipping range drawn in. */
export function histogram({ tensor, min, max, histogram: counts, encoding, saturation }) {
    if (!counts || counts.length === 0 || !(max > min)) return undefined;
    const bins = joined(counts);
    const clip = clipping(encoding);
    const [low, high] = clip ? [Math.min(min, clip[0]), Math.max(max, clip[1])] : [min, max];
    const x = (value) => LEFT + ((value - low) * (WIDTH - LEFT - RIGHT)) / (high - low);
    const most = Math.log1p(Math.max(...bins));
    const base = HEIGHT - BOTTOM;
    const y = (count) => base - (Math.log1p(count) * (base - TOP)) / (most || 1);
    const width = (x(max) - x(min)) / bins.length;
    const middle = (index) => min + ((index + 0.5) * (max - min)) / bins.length;
    const clipped = (index) => clip && (middle(index) < clip[0] || middle(index) > clip[1]);
    const text = (at, up, properties, words) => h("text", { x: at, y: up, ...properties }, words);
    const edge = (value, side) => h("g", { class: "clip" }, h("line", { x1: x(value), x2: x(value), y1: TOP - 8, y2: base }),
        text(x(value) + (side === "end" ? -6 : 6), TOP - 10, { "text-anchor": side, class: "label strong halo" }, number(value, 4)));
    const said = clip ? `The encoding reaches from ${number(clip[0], 4)} to ${number(clip[1], 4)}.` : "It has no one encoding: it stays in floating point, or is encoded at run time.";
    return h("figure", { class: "chart histogram" },
        h("figcaption", {}, h("h3", {}, "Values seen in calibration"), h("span", { class: "legend" },
            h("span", { class: "int8" }, "inside the range"), clip && h("span", { class: "clipped" }, "clipped"))),
        h("div", { class: "scroll", role: "region", "aria-label": `Histogram of ${tensor}`, tabindex: 0 },
            h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Histogram of ${tensor}, from ${number(min, 4)} to ${number(max, 4)}. ${said}` },
                bins.map((count, index) => count > 0 && h("rect", { x: x(min) + index * width, y: y(count), width: Math.max(width - 0.5, 0.5), height: base - y(count),
                    class: clipped(index) ? "clipped" : "int8" }, h("title", {}, `${number(middle(index), 4)}: ${count.toLocaleString("en")}`))),
                h("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: base, y2: base, class: "grid" }),
                low < 0 && high > 0 && text(x(0), HEIGHT - 10, { "text-anchor": "middle", class: "faint label" }, "0"),
                text(x(low), HEIGHT - 10, { "text-anchor": "start", class: "faint label" }, number(low, 4)),
                text(x(high), HEIGHT - 10, { "text-anchor": "end", class: "faint label" }, number(high, 4)),
                text(LEFT - 10, TOP + 8, { "text-anchor": "end", class: "faint label" }, "log"),
                clip && [edge(clip[0], "start"), edge(clip[1], "end")])),
        h("p", { class: "quiet" }, `${said}${saturation === undefined ? "" : ` ${percent(saturation, 4)} of the values lie outside.`} Bars are on a logarithmic scale.`));
}
