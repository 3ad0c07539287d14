// The report's words: what stays in floating point and why, notes, passes that did not apply, provenance, files.

import { h } from "../ui.js";
import { bytes, count, percent, shape, words } from "../format.js";
import { badge, folded, section as titled } from "../parts/parts.js";
import { table } from "../parts/table.js";

const MANY = 3;
const FIRST = 6;
const section = (title, ...content) => titled(title.toLowerCase().replaceAll(" ", "-"), title, ...content);

/** Parts that compute in floating point between quantized ones, each with all its reasons. */
export function islands(found) {
    if (found.length === 0) return section("In floating point", h("p", {}, "Nothing: every layer computes on integers or is folded into one that does."));
    return section("In floating point", table("In floating point", [{ class: "num", content: "MACs" }, "Nodes", "Why"], found.map((island) => [
        { class: "num", content: percent(island.macShare) },
        { class: "name", content: [island.nodes.slice(0, FIRST).map((node, index) => [index > 0 && ", ", h("code", {}, node)]),
            island.nodes.length > FIRST && ` and ${island.nodes.length - FIRST} more`] },
        island.reason.split("; ").map((reason) => h("div", {}, reason)),
    ]), "islands"));
}

const RANK = ["ERROR", "WARNING", "INFO"];

/** What a search tells about itself is a story, to be read in its order. */
const TOLD = "SEARCHED";

export function story(found) {
    const told = found.filter((note) => note.code === TOLD);
    return told.length > 0 && section("How it was chosen", h("ul", { id: "story" }, told.map((note) => h("li", {}, note.message))));
}

/** What should be read first comes first; a kind of note that is told many times is folded. */
export function notes(found, advice) {
    const kinds = Map.groupBy(found.filter((note) => note.code !== TOLD).sort((a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity)), (note) => note.code);
    const one = (note) => h("li", {}, note.severity !== "INFO" && [badge(note.severity), " "], note.message,
        note.node && [" ", h("code", {}, note.node)]);
    const lists = [...kinds.values()];
    if (lists.length === 0 && !advice) return undefined;
    return section("Notes",
        h("ul", {}, advice && h("li", {}, advice.message), lists.filter((list) => list.length <= MANY).flat().map(one)),
        lists.filter((list) => list.length > MANY).map((list) =>
            folded(`${words(list[0].code)}: ${list.length} notes`, h("ul", {}, list.map(one)))));
}

export const skipped = (passes) => passes.length > 0 && folded(`Passes that did not apply: ${passes.length}`,
    table("Passes that did not apply", ["Pass", "Why"], passes.map(({ name, reason }) => [name, reason])));

const facts = (object) => h("dl", { class: "facts" }, Object.entries(object).map(([name, value]) => [h("dt", {}, name),
    h("dd", {}, h("code", {}, Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value)))]));

export const provenance = (found) => folded("Provenance: what made this result", facts(found));

export const original = (model) => folded("The uploaded model", facts({
    sha256: model.sha256,
    size: bytes(model.sizeBytes),
    ...(model.opset && { opset: model.opset }),
    ...(model.parameters !== undefined && { weights: count(model.parameters) }),
    ...(model.macs !== undefined && { "multiply-accumulates": count(model.macs) }),
    ...(model.inputs && { inputs: model.inputs.map(shape) }),
    ...(model.outputs && { outputs: model.outputs.map(shape) }),
    ...(model.operators && { operators: Object.entries(model.operators).map(([type, nodes]) => `${nodes} ${type}`) }),
}));

export const asked = (request) =>
    folded("The request as it was understood", h("pre", {}, h("code", {}, JSON.stringify(request, null, 2))));

export const files = (artifacts, log) => section("Files", table("Files", ["File", "What", { class: "num", content: "Size" }, "SHA-256"],
    [...artifacts.map((each) => [
        h("a", { href: `/v1/artifacts/${each.id}/content`, download: true }, each.name), words(each.kind),
        { class: "num", content: bytes(each.sizeBytes) }, { title: each.sha256, content: h("code", {}, `${each.sha256.slice(0, 16)}…`) }]),
    [h("a", { href: log }, "log"), "what the engine wrote", "", ""]]));
