// Where accuracy may get lost, why, and what helps: what the engine noticed of single layers, the worst first.

import { html } from "../ui.js";
import { fixed } from "../format.js";
import { section } from "../parts/parts.js";

const MOST = 8;

const noise = (layer) => layer.sqnrAloneDb ?? Infinity;

export function causes(layers) {
    const found = layers.filter((layer) => layer.activation?.causes?.length > 0).sort((a, b) => noise(a) - noise(b));
    return found.length > 0 && section("causes", "Where accuracy may get lost, and what helps", html`
        <ul class="causes">${found.slice(0, MOST).map(({ name, sqnrAloneDb, activation }) => html`<li><strong class="wrap">${name}</strong>${
            sqnrAloneDb !== undefined && html` <span class="quiet">${fixed(sqnrAloneDb, 1)} dB alone</span>`}${activation.causes.map((cause) => html`<br />${cause}`)}</li>`)}</ul>
        ${found.length > MOST && html`<p class="quiet">And ${found.length - MOST} more: they are told with each layer in the table.</p>`}`);
}
