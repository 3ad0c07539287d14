// Tables that screen readers can read: with a caption, and headings of rows and columns.

import { h } from "../ui.js";

const isCell = (content) => content !== null && typeof content === "object" && "content" in content;

function cell(tag, given, scope) {
    const { class: name, content, title } = isCell(given) ? given : { content: given };
    return h(tag, { class: name, title, scope }, content);
}

/** A table; cells are texts, elements, or {class, content, title}. The first cell of a row is its heading. */
export const table = (caption, heads, rows, className) =>
    h("div", { class: "scroll", role: "region", "aria-label": `Table: ${caption}`, tabindex: 0 }, h("table", { class: className },
        h("caption", { class: "unseen" }, caption),
        h("thead", {}, h("tr", {}, heads.map((head) => cell(isCell(head) ? "th" : head === "" ? "td" : "th", head, head === "" ? undefined : "col")))),
        h("tbody", {}, rows.map(([first, ...rest]) =>
            h("tr", {}, cell("th", first, "row"), rest.map((content) => cell("td", content)))))));
