// The float model and the INT8 model side by side: the few large numbers, and the table with all of them.

import { h } from "../ui.js";
import { table } from "../parts/table.js";
import { intervals } from "./intervals.js";
import { bytes, difference, fixed, millis, number, percent, score, times, words } from "../format.js";

const tile = (label, value, detail, tone) =>
    h("div", { class: `tile ${tone ?? ""}` }, h("small", {}, label), h("strong", {}, value), h("small", {}, detail));

const confident = (interval) => percent(interval.confidence ?? 0.95, 0);

/** The numbers that a reader looks for first. */
export function tiles({ metric, fidelity, latency, sizeBytes, memoryBytes, int8MacShare }) {
    const [first] = latency;
    return h("div", { class: "tiles" },
        metric && tile(words(metric.name).toUpperCase(), score(metric.name, metric.int8), `float ${score(metric.name, metric.fp32)}`),
        fidelity && !metric && tile("Cosine to float", fixed(fidelity.cosine, 5), "of the outputs"),
        first && tile("Speed-up", times(first.speedup), `batch ${first.batchSize}, ${first.threads} thread${first.threads > 1 ? "s" : ""}`,
            first.speedup > 1 ? "good" : "warn"),
        tile("Size", bytes(sizeBytes.int8), `float ${bytes(sizeBytes.fp32)}`),
        memoryBytes && tile("Inference memory", bytes(memoryBytes.int8), `float ${bytes(memoryBytes.fp32)}`),
        tile("On INT8 kernels", percent(int8MacShare), "of multiply-accumulates"));
}

function metricRows({ metric }) {
    if (!metric) return [];
    const range = (interval, show) => interval && h("small", {}, ` [${show(interval.low)}, ${show(interval.high)}]`);
    const { interval, pairedTest, name, ap50 } = metric;
    const one = (value) => score(name, value);
    const half = (value) => h("small", {}, h("br"), `AP50 ${one(value)}`);
    return [[
        [h("strong", {}, words(name).toUpperCase()), h("br"), h("small", {},
            `${metric.samples.toLocaleString("en")} samples${interval ? `, ${confident(interval)} intervals` : ", too few for an interval"}`)],
        [h("span", { id: "metric-fp32" }, one(metric.fp32)), h("br"), range(interval?.fp32, one), ap50 && half(ap50.fp32)],
        [h("span", { id: "metric-int8" }, one(metric.int8)), h("br"), range(interval?.int8, one), ap50 && half(ap50.int8)],
        [one(metric.fp32) === one(metric.int8) ? "" : metric.drop > 0 ? "loses " : "gains ", difference(name, Math.abs(metric.drop)),
            range(interval?.drop, (value) => difference(name, value)), h("br"),
            pairedTest && h("small", {}, `${pairedTest.name}: p = ${number(pairedTest.pValue, 2)}, ${pairedTest.significant
                ? "more than chance" : "no more than chance"}`)],
    ]];
}

function fidelityRows({ fidelity }) {
    if (!fidelity) return [];
    const agrees = fidelity.top1Agreement !== undefined && `${percent(fidelity.top1Agreement, 2)} same first class`;
    return [[
        [h("strong", {}, "Fidelity of outputs"), h("br"),
            fidelity.samples !== undefined && h("small", {}, `${fidelity.samples.toLocaleString("en")} samples`)],
        "reference",
        `cosine ${fixed(fidelity.cosine, 5)}`,
        [fidelity.sqnrDb === undefined ? "outputs are equal" : `SQNR ${fixed(fidelity.sqnrDb, 1)} dB`, h("br"), agrees && h("small", {}, agrees)],
    ]];
}

const latencyRows = ({ latency }) => latency.map((each) => {
    const one = ({ p50, p95 }) => [millis(p50), h("br"), h("small", {}, `p95 ${millis(p95)}`)];
    const sure = each.speedupInterval;
    const word = sure && sure.low <= 1 && sure.high >= 1 ? ": no difference" : each.speedup >= 1 ? " as fast" : " as fast: slower";
    return [
        [h("strong", {}, `Latency at batch ${each.batchSize}`), h("br"),
            h("small", {}, `${each.threads} thread${each.threads > 1 ? "s" : ""}${each.rounds ? `, ${each.rounds} rounds` : ""}; median`)],
        one(each.fp32), one(each.int8),
        [times(each.speedup), word, h("br"), sure && h("small", {}, `95 % [${fixed(sure.low, 2)}, ${fixed(sure.high, 2)}]`)],
    ];
});

const pair = (label, hint, bytesPair) => bytesPair ? [[
    [h("strong", {}, label), h("br"), h("small", {}, hint)], bytes(bytesPair.fp32), bytes(bytesPair.int8),
    bytesPair.int8 <= bytesPair.fp32 ? `${percent(1 - bytesPair.int8 / bytesPair.fp32, 0)} less`
        : `${percent(bytesPair.int8 / bytesPair.fp32 - 1, 0)} more`,
]] : [];

/** Every measure of both models, with how sure it is. */
export function comparison(result, latencyNote) {
    const numbers = [...metricRows(result), ...fidelityRows(result), ...latencyRows(result),
        ...pair("Size", "of the file", result.sizeBytes), ...pair("Inference memory", "at its peak", result.memoryBytes),
        [[h("strong", {}, "INT8 share"), h("br"), h("small", {}, "of multiply-accumulates, as executed")], "–", percent(result.int8MacShare), ""]];
    return h("section", { id: "comparison", "aria-labelledby": "comparison-title" }, h("h2", { id: "comparison-title" }, "Float and INT8 side by side"),
        intervals(result.metric),
        table("Float and INT8 side by side", ["Measure", "Float", "INT8", "Difference"], numbers, "comparison"),
        latencyNote && h("p", { class: "quiet" }, `Latency was not measured: ${latencyNote}.`),
        result.peakMemoryBytes !== undefined && h("p", { class: "quiet" },
            `Quantizing took the engine at most ${bytes(result.peakMemoryBytes)} of memory.`));
}
