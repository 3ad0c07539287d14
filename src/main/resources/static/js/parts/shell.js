// What is around every page: the name, the ways to the pages, what goes on, and the word when the service is not heard.

import { html, useStore } from "../ui.js";
import { percent } from "../format.js";
import { connection } from "../live.js";
import { route, to } from "../router.js";
import { theme, turn } from "../theme.js";
import { GOING, uploads } from "../uploads/queue.js";

const PAGES = [["", "Jobs"], ["library", "Models and data"], ["new", "New job"]];
const THEMES = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

function Sending() {
    const going = useStore(uploads).filter(({ state }) => GOING.includes(state));
    if (going.length === 0) return undefined;
    const sum = (member) => going.reduce((total, each) => total + each[member], 0);
    return html`<a class="sending" href=${to(["library"])}>Uploading ${going.length} ${going.length > 1 ? "files" : "file"}, ${percent(sum("sent") / (sum("size") || 1), 0)}</a>`;
}

export function Header() {
    const [page = ""] = useStore(route).path;
    const chosen = useStore(theme);
    return html`<header class="top">
        <a class="name" href=${to([])}>Octet</a>
        <nav aria-label="Pages">${PAGES.map(([path, label]) =>
            html`<a href=${to(path ? [path] : [])} aria-current=${page === path ? "page" : undefined}>${label}</a>`)}</nav>
        <${Sending} />
        <span class="aside"><a href="/swagger-ui">HTTP interface</a>
            <button class="small quiet" onclick=${turn} aria-label="${THEMES[chosen]}. Change">${THEMES[chosen]}</button></span>
    </header>`;
}

/** Nobody takes old numbers for new ones while the service is away. */
export function Lost() {
    const lost = useStore(connection) === "lost";
    return html`<div role="alert" class="away ${lost ? "" : "heard"}">${lost && html`
        <strong>The service is not heard.</strong> What you see is how things stood before; this page goes on by itself as soon as it answers.`}</div>`;
}
