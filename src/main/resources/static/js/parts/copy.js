// A text to be copied: shown, with a button that puts it on the clipboard.

import { html, useState } from "../ui.js";

const SHOWN = 2000;

export function Copy({ label, text }) {
    const [said, say] = useState("");
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(text);
            say("Copied");
        } catch {
            say("Your browser keeps pages from the clipboard; select the text instead");
        }
        setTimeout(() => say(""), SHOWN);
    };
    return html`<div class="copy">
        <div class="row"><span class="grow">${label}</span><span role="status" class="quiet">${said}</span>
            <button type="button" class="small" onclick=${copy} aria-label="Copy: ${label}">Copy</button></div>
        <pre tabindex="0" aria-label=${label}><code>${text}</code></pre>
    </div>`;
}
