// Which page an address is for.

import { html } from "./ui.js";
import { empty } from "./parts/parts.js";
import { to } from "./router.js";
import { Compare } from "./pages/compare.js";
import { Job } from "./pages/job.js";
import { Jobs } from "./pages/jobs.js";
import { Library } from "./pages/library.js";
import { Model } from "./pages/model.js";
import { NewJob } from "./pages/new-job.js";

const missing = () => html`<h1 tabindex="-1">No such page</h1>
    ${empty("There is nothing at this address", "The link may be old, or was cut.", html`<a class="button primary" href=${to([])}>To the jobs</a>`)}`;

/** The page for a path, and its title. */
export function pageOf([first, id], query) {
    switch (first) {
        case undefined: return [html`<${Jobs} />`, "Jobs"];
        case "library": return [html`<${Library} />`, "Models and data"];
        case "new": return [html`<${NewJob} key=${query.toString()} />`, "New job"];
        case "compare": return [html`<${Compare} />`, "Jobs side by side"];
        case "models": return id ? [html`<${Model} key=${id} id=${id} />`, "Model"] : [html`<${Library} />`, "Models and data"];
        case "jobs": return id ? [html`<${Job} key=${id} id=${id} />`, "Job"] : [html`<${Jobs} />`, "Jobs"];
        default: return [missing(), "No such page"];
    }
}
