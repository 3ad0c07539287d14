// Elements from code. Text always becomes a text node, so names of models, nodes and tensors can never be markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    add(element, children);
    return element;
}

/** Appends texts, elements and lists of both; nothing where there is nothing. */
export function add(parent, children) {
    for (const child of [children].flat(Infinity)) {
        if (child !== undefined && child !== null && child !== false) parent.append(child);
    }
}

/** An HTML element; properties beginning with "on" are listeners, the others attributes. */
export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

/** An SVG element. */
export const s = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

/** The element with this id, which the page has. */
export const byId = (id) => document.getElementById(id);

/** Puts children in the place of what was there. */
export function show(parent, ...children) {
    parent.replaceChildren();
    add(parent, children);
}

/** A table with a caption for screen readers; cells are texts, elements, or {class, content, header}. */
export function table(caption, heads, rows, className) {
    const cell = (tag, content, scope) => {
        const plain = content === null || typeof content !== "object" || content instanceof Node || Array.isArray(content);
        const { class: name, content: inner, title } = plain ? { content } : content;
        return h(tag, { class: name, title, scope }, inner);
    };
    return h("div", { class: "overflow-auto" }, h("table", { class: className },
        h("caption", { class: "unseen" }, caption),
        h("thead", {}, h("tr", {}, heads.map((head) => cell("th", head, "col")))),
        h("tbody", {}, rows.map(([first, ...rest]) =>
            h("tr", {}, cell("th", first, "row"), rest.map((content) => cell("td", content)))))));
}
