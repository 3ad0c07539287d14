// Scores with their confidence intervals on one scale, so that one sees whether they differ.

import { h } from "../ui.js";
import { score, words } from "../format.js";

const [WIDTH, HEIGHT, LEFT, RIGHT] = [1100, 118, 110, 150];

/** Float and INT8 as points with whiskers; nothing where there are no intervals. */
export function intervals(metric) {
    const { fp32, int8 } = metric?.interval ?? {};
    if (!fp32 || !int8) return undefined;
    const rows = [["Float", metric.fp32, fp32, "float"], ["INT8", metric.int8, int8, "int8"]];
    const [low, high] = [Math.min(fp32.low, int8.low), Math.max(fp32.high, int8.high)];
    if (score(metric.name, low) === score(metric.name, high)) return undefined;
    const room = (high - low || Math.abs(high) || 1) * 0.08;
    const x = (value) => LEFT + ((value - low + room) * (WIDTH - LEFT - RIGHT)) / (high - low + 2 * room);
    const title = `${words(metric.name).toUpperCase()} with ${Math.round(metric.interval.confidence * 100)} % intervals`;
    return h("figure", { class: "chart" }, h("figcaption", {}, h("h3", {}, title)),
        h("div", { class: "scroll", role: "region", "aria-label": title, tabindex: 0 },
            h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: float ${score(metric.name, metric.fp32)}, INT8 ${score(metric.name, metric.int8)}` },
                rows.map(([label, value, interval, className], row) => {
                    const y = 22 + row * 40;
                    return h("g", { class: `whisker ${className}` },
                        h("text", { x: LEFT - 16, y: y + 5, "text-anchor": "end" }, label),
                        h("line", { x1: x(interval.low), x2: x(interval.high), y1: y, y2: y }),
                        [interval.low, interval.high].map((end) => h("line", { x1: x(end), x2: x(end), y1: y - 7, y2: y + 7 })),
                        h("circle", { cx: x(value), cy: y, r: 6 }),
                        h("text", { x: x(interval.high) + 14, y: y + 5, class: "strong" }, score(metric.name, value)));
                }),
                [low, high].map((end, index) => h("text", { x: x(end), y: HEIGHT - 8, "text-anchor": index ? "end" : "start", class: "faint label" }, score(metric.name, end))))));
}
