// Charts as SVG: what shrank, where the time goes, where the accuracy goes.

import { h } from "../ui.js";
import { bytes, fixed, millis, percent } from "../format.js";

const WIDTH = 1100;
const MOST_BARS = 40;

const text = (x, y, properties, ...words) => h("text", { x, y, ...properties }, ...words);
const bar = (x, y, width, height, className, title) =>
    h("rect", { x, y, width: Math.max(width, 1), height, rx: 2, class: className }, title && h("title", {}, title));

/** Cuts the front of a long name, whose end tells more; the whole one is in the tooltip. */
const short = (name, most) => (name.length > most ? `…${name.slice(1 - most)}` : name);

const figure = (title, legend, height, shapes, note) => h("figure", { class: "chart" },
    h("figcaption", {}, h("h3", {}, title),
        h("span", { class: "legend" }, legend.map(([className, label]) => h("span", { class: className }, label)))),
    h("div", { class: "scroll", role: "region", "aria-label": title, tabindex: 0 }, h("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title }, shapes)),
    note && h("p", { class: "quiet" }, note));

const BOTH = [["float", "float"], ["int8", "INT8"]];

/** Latency, size and memory of INT8 against float as one hundred percent. */
export function shrinkage({ latency, sizeBytes, memoryBytes }) {
    const rows = [
        ...latency.map((each) => [`Latency, batch ${each.batchSize}`, each.fp32.p50, each.int8.p50, millis]),
        ["Size", sizeBytes.fp32, sizeBytes.int8, bytes],
        ...(memoryBytes ? [["Inference memory", memoryBytes.fp32, memoryBytes.int8, bytes]] : []),
    ];
    const left = 190;
    const right = 210;
    const most = Math.max(1, ...rows.map(([, fp32, int8]) => int8 / fp32));
    const scale = (WIDTH - left - right) / most;
    return figure("INT8 as a share of float", BOTH, rows.length * 50 + 4, rows.map(([label, fp32, int8, show], row) => {
        const y = row * 50 + 4;
        const share = int8 / fp32;
        return [
            text(left - 14, y + 24, { "text-anchor": "end" }, label),
            bar(left, y, scale, 17, "float"), text(left + scale + 10, y + 13.5, { class: "faint" }, show(fp32)),
            bar(left, y + 19, share * scale, 17, "int8"),
            text(left + share * scale + 10, y + 33, { class: "strong" }, `${show(int8)} · ${percent(share, 0)}`),
        ];
    }));
}

/** Where the time goes: each layer that multiplies, float against INT8, in running order. */
export function layerTimes(layers) {
    const timed = layers.filter((each) => each.macs > 0 && each.fp32Micros !== undefined && each.int8Micros !== undefined);
    if (timed.length === 0) return undefined;
    const cost = (each) => Math.max(each.fp32Micros, each.int8Micros);
    const least = timed.map(cost).sort((a, b) => b - a)[Math.min(MOST_BARS, timed.length) - 1];
    const shown = timed.filter((each) => cost(each) >= least).slice(0, MOST_BARS);
    const left = 330;
    const scale = (WIDTH - left - 130) / Math.max(...shown.map(cost));
    const omitted = timed.length > shown.length ? `The ${shown.length} slowest of ${timed.length} layers. ` : "";
    return figure("Time of each layer in microseconds", BOTH, shown.length * 23 + 4, shown.map((each, row) => {
        const y = row * 23 + 3;
        const title = `${each.name}\nfloat ${each.fp32Micros} µs, INT8 ${each.int8Micros} µs`;
        return h("g", {}, h("title", {}, title),
            text(left - 12, y + 13, { "text-anchor": "end", class: "label" }, short(each.name, 44)),
            bar(left, y, each.fp32Micros * scale, 8, "float"), bar(left, y + 9, each.int8Micros * scale, 8, "int8"),
            text(left + cost(each) * scale + 8, y + 13, { class: "label faint" },
                `${fixed(each.fp32Micros, 0)} → ${fixed(each.int8Micros, 0)}`));
    }), `${omitted}Layers with multiply-accumulates only; where the runtime fuses layers into one kernel, the whole kernel's time is shown.`);
}

/** Where the accuracy goes: signal to noise after each layer, alone and with all layers before it quantized. */
export function layerNoise(layers) {
    const known = layers.filter((each) => each.sqnrAloneDb !== undefined && each.sqnrAccumulatedDb !== undefined);
    if (known.length < 2) return undefined;
    const values = known.flatMap((each) => [each.sqnrAloneDb, each.sqnrAccumulatedDb]);
    const low = Math.floor((Math.min(...values) - 4) / 10) * 10; // leaves room for the worst layer's name
    const high = Math.max(low + 10, Math.ceil(Math.max(...values) / 10) * 10);
    const [left, right, top, bottom] = [64, 20, 12, 268];
    const x = (index) => left + 14 + (index * (WIDTH - left - right - 28)) / (known.length - 1);
    const y = (decibels) => top + ((high - decibels) * (bottom - top)) / (high - low);
    const step = (high - low) / 10 > 6 ? 20 : 10;
    const grid = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);
    const worst = known.reduce((a, b) => (b.sqnrAloneDb < a.sqnrAloneDb ? b : a));
    const at = known.indexOf(worst);
    const anchor = at < known.length / 2 ? "start" : "end";
    return figure("Signal to quantization noise of each layer's output in dB",
        [["alone", "quantized alone"], ["accumulated", "in the quantized model"]], bottom + 34, [
            grid.map((each) => [h("line", { x1: left, x2: WIDTH - right, y1: y(each), y2: y(each), class: "grid" }),
                text(left - 10, y(each) + 5, { "text-anchor": "end", class: "faint" }, String(each))]),
            known.map((each, index) => h("line", { x1: x(index), x2: x(index), y1: y(each.sqnrAloneDb), y2: y(each.sqnrAccumulatedDb),
                class: "lost" })),
            h("polyline", { class: "accumulated", points: known.map((each, index) => `${x(index)},${y(each.sqnrAccumulatedDb)}`).join(" ") }),
            known.map((each, index) => [["accumulated", each.sqnrAccumulatedDb], ["alone", each.sqnrAloneDb]].map(([className, value]) =>
                h("circle", { cx: x(index), cy: y(value), r: className === "alone" ? 5 : 3.5, class: className }, h("title", {},
                    `${each.name}\nalone ${fixed(each.sqnrAloneDb, 1)} dB, in the model ${fixed(each.sqnrAccumulatedDb, 1)} dB`)))),
            h("circle", { cx: x(at), cy: y(worst.sqnrAloneDb), r: 9, class: "ring" }),
            h("line", { x1: x(at), x2: x(at), y1: y(worst.sqnrAloneDb) + 9, y2: bottom - 6, class: "leader" }),
            text(x(at) + (anchor === "start" ? 7 : -7), bottom - 8, { "text-anchor": anchor, class: "strong halo" },
                `worst alone: ${short(worst.name, 44)}, ${fixed(worst.sqnrAloneDb, 1)} dB`),
            text((left + WIDTH - right) / 2, bottom + 27, { "text-anchor": "middle", class: "faint" }, "layers in running order"),
        ], "Higher is better; six decibels are one bit. A dot far above the line is a layer that is good itself and suffers from those before it.");
}
