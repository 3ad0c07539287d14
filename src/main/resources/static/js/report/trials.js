// The candidates that were tried: a table, and the trade of accuracy against time with size as the radius.

import { h } from "../ui.js";
import { bytes, difference, fixed, percent, times } from "../format.js";
import { badge } from "../parts/parts.js";
import { table } from "../parts/table.js";

const [WIDTH, HEIGHT] = [1100, 380];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 30, 20, 56];

/** Time as a share of the float model's: both were measured in turns, which times of different trials were not. */
const time = (trial) => (trial.speedup?.length > 0 ? 1 / trial.speedup[0].speedup : undefined);
const measured = (trial) => trial.status === "COMPLETED" && trial.sqnrDb !== undefined && time(trial) !== undefined;

const costs = (trial) => [-trial.sqnrDb, time(trial), trial.sizeBytes ?? 0];

/** Those that no other beats: none has costs that are all at most as high, and one that is lower. */
function front(found, of) {
    const beats = (a, b) => of(a).every((cost, i) => cost <= of(b)[i]) && of(a).some((cost, i) => cost < of(b)[i]);
    return found.filter((trial) => !found.some((other) => beats(other, trial)));
}

/** Round steps over a range, at most seven. */
function steps(low, high) {
    const rough = (high - low) / 6;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
    return Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, i) => (Math.ceil(low / step) + i) * step);
}

function axis(values) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = (high - low || Math.abs(high) || 1) * 0.12;
    return [low - margin, high + margin];
}

/** Accuracy against time; what is up and to the left is better. */
export function trade(found) {
    const shown = found.filter(measured);
    if (shown.length < 2) return undefined;
    const [fast, slow] = axis(shown.map(time));
    const [far, near] = axis(shown.map((trial) => trial.sqnrDb));
    const across = (share) => LEFT + ((share - fast) * (WIDTH - LEFT - RIGHT)) / (slow - fast);
    const x = (trial) => across(time(trial));
    const y = (decibels) => TOP + ((near - decibels) * (HEIGHT - TOP - BOTTOM)) / (near - far);
    const largest = Math.max(...shown.map((trial) => trial.sizeBytes ?? 0), 1);
    const radius = (trial) => 4 + 14 * Math.sqrt((trial.sizeBytes ?? 0) / largest);
    const best = front(shown, costs);
    const edge = front(shown, (trial) => costs(trial).slice(0, 2)).sort((a, b) => time(a) - time(b));
    const text = (at, to, properties, words) => h("text", { x: at, y: to, ...properties }, words);
    return h("figure", { class: "chart trade" },
        h("figcaption", {}, h("h3", {}, "Closeness to the float model against time"),
            h("span", { class: "legend" }, h("span", { class: "int8" }, "on the front"), h("span", { class: "float" }, "beaten by another"))),
        h("div", { class: "scroll", role: "region", "aria-label": "Plot of the trials", tabindex: 0 }, h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Trials" },
            steps(far, near).map((each) => [h("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(each), y2: y(each), class: "grid" }),
                text(LEFT - 10, y(each) + 5, { "text-anchor": "end", class: "faint" }, `${Number(each.toPrecision(3))} dB`)]),
            steps(fast, slow).filter((each) => each >= 0).map((each) => text(across(each), HEIGHT - BOTTOM + 24,
                { "text-anchor": "middle", class: "faint" }, percent(each, 0))),
            text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, { "text-anchor": "middle", class: "faint" },
                `time at batch ${shown[0].speedup[0].batchSize} as a share of the float model's; the larger the dot, the larger the file`),
            h("polyline", { class: "accumulated", points: edge.map((trial) => `${x(trial)},${y(trial.sqnrDb)}`).join(" ") }),
            [...shown].sort((a, b) => radius(b) - radius(a)).map((trial) => h("g", {},
                h("title", {}, [`${trial.number}: ${trial.description}`, `${percent(time(trial))} of the time, ${fixed(trial.sqnrDb, 1)} dB, ${bytes(trial.sizeBytes)}`,
                    trial.chosen && "kept"].filter(Boolean).join("\n")),
                h("circle", { cx: x(trial), cy: y(trial.sqnrDb), r: radius(trial), class: best.includes(trial) ? "best" : "beaten" }),
                trial.chosen && h("circle", { cx: x(trial), cy: y(trial.sqnrDb), r: radius(trial) + 5, class: "ring" }),
                text(x(trial), y(trial.sqnrDb) + 4.5, { "text-anchor": "middle", class: "label" }, String(trial.number)))))),
        h("p", { class: "quiet" }, "Up and to the left is better. The line joins those that no other beats in closeness and time; a dot off the line may still be the smallest."));
}

const number = (content) => ({ class: "num", content });
const speedups = (trial) => (trial.speedup ?? []).map((each) => `${times(each.speedup)} at batch ${each.batchSize}`).join(", ") || "–";
const drop = (trial) => trial.metric ? `${difference(trial.metric.name, trial.metric.drop)} measured`
    : trial.predictedDrop === undefined ? "–" : `${fixed(trial.predictedDrop, 4)} expected`;

/** One line for each candidate, in the order in which they were tried. */
export const trialTable = (found) => table("Trials",
    [number("#"), "Candidate", "", number("Speed-up"), number("Closeness"), number("Drop"), number("Size"), number("On integers"), "Why"],
    found.map((trial) => [
        number(String(trial.number)),
        { class: "name", content: trial.description },
        [trial.status !== "COMPLETED" && badge(trial.status), trial.chosen && h("span", { class: "badge completed" }, "kept")],
        number(speedups(trial)),
        number(trial.sqnrDb === undefined ? "–" : `${fixed(trial.sqnrDb, 1)} dB`),
        number(drop(trial)),
        number(bytes(trial.sizeBytes)),
        number(percent(trial.int8MacShare)),
        trial.reason ?? "",
    ]), "trials");

/** Both, where more than one candidate was tried. */
export const trials = (found) => found.length > 1
    && h("section", { id: "trials" }, h("h2", {}, `Trials: ${found.length}`), trade(found), trialTable(found));
