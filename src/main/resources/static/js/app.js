// Puts the pages into the document and goes from one to the next.

import { Problem } from "./api.js";
import { listen } from "./live.js";
import { Header, Lost } from "./parts/shell.js";
import { problem } from "./parts/parts.js";
import { route } from "./router.js";
import { html, render, useEffect, useRef, useStore } from "./ui.js";
import { busy } from "./uploads/queue.js";

const place = document.getElementById("app");

function App({ pageOf }) {
    const { path, query } = useStore(route);
    const [page, title] = pageOf(path, query);
    const main = useRef();
    const before = useRef(path.join("/"));
    useEffect(() => {
        document.title = `${title} – Octet`;
        // Whoever goes by keyboard or hears the page goes on at its top; not at the first, where the browser does so itself.
        if (before.current !== path.join("/")) {
            scrollTo(0, 0);
            main.current.querySelector("h1")?.focus();
        }
        before.current = path.join("/");
    }, [path.join("/")]);
    return html`<${Header} /><${Lost} /><main ref=${main} id="main" key=${path.join("/")}>${page}</main>`;
}

addEventListener("beforeunload", (event) => {
    if (busy()) event.preventDefault();
});
// A file that misses the place for files would replace the page.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault());

try {
    // The pages read the contract as they begin.
    const { pageOf } = await import("./pages.js");
    listen();
    render(html`<${App} pageOf=${pageOf} />`, place);
} catch (error) {
    const members = error instanceof Problem ? error.members : { title: "The pages could not be started", detail: String(error) };
    render(html`<main><h1>Octet</h1>${problem(members)}<p><button onclick=${() => location.reload()}>Try again</button></p></main>`, place);
}
