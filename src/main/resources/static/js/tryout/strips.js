// Large outputs as strips: float, INT8 and their difference, each cell a run of values.

import { number } from "../format.js";
import { html } from "../ui.js";

/** Cells as strong as the value is far from zero; a second colour below zero. */
function strip(name, cells, value, className, most) {
    return html`<div class="strip"><span class="model">${name}</span>
        <svg viewBox="0 0 ${cells.length} 1" preserveAspectRatio="none" aria-hidden="true">${cells.map((cell, index) => {
            const each = value(cell);
            return html`<rect x=${index} width="1.02" height="1" class="${className}${each < 0 ? " below" : ""}" opacity=${most > 0 ? Math.abs(each) / most : 0}><title>${`values ${cell.first} to ${cell.first + cell.count - 1}: ${number(each, 4)}`}</title></rect>`;
        })}</svg></div>`;
}

export function strips({ cells, name, elements }) {
    const most = Math.max(...cells.flatMap(({ fp32, int8 }) => [Math.abs(fp32), Math.abs(int8)]));
    const worst = Math.max(...cells.map(({ difference }) => difference));
    const at = cells.find(({ difference }) => difference === worst);
    return html`<figure class="strips" aria-label="${name} in ${cells.length} parts">
        ${strip("Float", cells, ({ fp32 }) => fp32, "float", most)}${strip("INT8", cells, ({ int8 }) => int8, "int8", most)}
        ${strip("Difference", cells, ({ difference }) => difference, "differs", most)}
        <figcaption class="quiet hint">Means of ${elements.toLocaleString("en")} values in ${cells.length} parts, paler towards zero; differences on the same scale, the largest (${number(worst, 3)}) among values ${at.first} to ${at.first + at.count - 1}.</figcaption>
    </figure>`;
}
