// Bars for a few named amounts.

import { html } from "../ui.js";

const LONGEST = 34;
const cut = (text) => (text.length > LONGEST ? `…${text.slice(1 - LONGEST)}` : text);

/** Each row is {label, value, shown, className}; the longest bar is the largest value. */
export function bars(caption, rows) {
    const most = Math.max(...rows.map(({ value }) => value), 1);
    return html`<ul class="bars" aria-label=${caption}>${rows.map(({ label, value, shown, className }) => html`<li>
        <span class="what" title=${label}>${cut(label)}</span><svg class="bar" preserveAspectRatio="none" viewBox="0 0 100 1" aria-hidden="true"><rect width=${(value / most) * 100} height="1" class=${className} /></svg>
        <span class="much">${shown}</span></li>`)}</ul>`;
}
