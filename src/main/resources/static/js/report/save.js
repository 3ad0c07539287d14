// The report as files: CSV of the layers, and one HTML file that needs nothing else.

const COLUMNS = [
    ["position", (layer) => layer.position], ["name", (layer) => layer.name], ["operator", (layer) => layer.operator],
    ["decision", (layer) => layer.decision], ["reason", (layer) => layer.reason], ["precision", (layer) => layer.precision], ["macs", (layer) => layer.macs],
    ["sqnrAloneDb", (layer) => layer.sqnrAloneDb], ["sqnrAccumulatedDb", (layer) => layer.sqnrAccumulatedDb],
    ["fp32Micros", (layer) => layer.fp32Micros], ["int8Micros", (layer) => layer.int8Micros],
    ["saturation", (layer) => layer.activation?.saturation], ["weightSqnrDb", (layer) => layer.weight?.sqnrDb],
];

/** A cell; what a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(value) {
    if (value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return `"${text.replaceAll('"', '""')}"`;
}

/** RFC 4180. */
export const csv = (layers) =>
    [COLUMNS.map(([name]) => name), ...layers.map((layer) => COLUMNS.map(([, value]) => cell(value(layer))))].map((row) => `${row.join(",")}\r\n`).join("");

/** Offers the text as a file. */
export function offer(name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = Object.assign(document.createElement("a"), { href: address, download: name });
    link.click();
    URL.revokeObjectURL(address);
}

const text = (content) => {
    const element = document.createElement("span");
    element.textContent = content;
    return element.innerHTML;
};

/** The element as a page of its own: its styles inside, nothing to press, links to the service whole. */
export async function page(title, element) {
    const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
    const styles = await Promise.all(sheets.map(async ({ href }) => (await fetch(href)).text()));
    const copy = element.cloneNode(true);
    copy.querySelectorAll("button:not(.disclose):not(.sort), input, select, progress, .no-print").forEach((each) => each.remove());
    copy.querySelectorAll("button").forEach((each) => each.replaceWith(...each.childNodes));
    copy.querySelectorAll("details").forEach((each) => each.setAttribute("open", ""));
    copy.querySelectorAll("a[href]").forEach((each) => each.setAttribute("href", new URL(each.getAttribute("href"), location.href).href));
    copy.querySelectorAll("[id], [aria-labelledby]").forEach((each) => each.classList.remove("tall"));
    return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`
        + `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${text(title)}</title>`
        + `<style>${styles.join("\n")}</style></head><body><main>${copy.outerHTML}</main></body></html>\n`;
}
