// What became of a job, as a page to read from top to bottom: the few numbers, the comparison, where it went, and what to do next.

import { all, get, Problem } from "../api.js";
import { bytes } from "../format.js";
import { useLoaded, waiting } from "../loaded.js";
import { html, useRef } from "../ui.js";
import { section } from "../parts/parts.js";
import { causes } from "./causes.js";
import { layerNoise, layerTimes, shrinkage } from "./charts.js";
import { comparison, tiles } from "./comparison.js";
import { Layers } from "./layers.js";
import { next } from "./next.js";
import { files, islands, notes, original, provenance, skipped, story } from "./notes.js";
import { reproduce } from "./reproduce.js";
import { csv, offer, page } from "./save.js";
import { trials } from "./trials.js";
import { TryOut } from "../tryout/panel.js";

/** The answer, or nothing where the service has none: a report that was never made. */
const ifThere = (promise) => promise.catch((error) => {
    if (error instanceof Problem && [404, 409].includes(error.members.status)) return undefined;
    throw error;
});

const read = async (address, { result }) => {
    const [report, artifacts, layers, found] = await Promise.all([result && ifThere(get(`${address}/report`)), ifThere(all(`${address}/artifacts`, 100, 1000)),
        ifThere(all(`${address}/layers`, 1000, 100_000)), ifThere(all(`${address}/trials`, 1000, 10_000))]);
    return { report, artifacts: artifacts ?? [], layers: layers ?? [], trials: found ?? [] };
};

function Downloads({ artifact, report, layers, name, element, address }) {
    const file = name.replace(/[^\w.-]+/g, "-");
    return html`<div class="row downloads no-print">
        ${artifact && html`<a class="button primary" id="download" href="/v1/artifacts/${artifact.id}/content" download>Download the quantized model (${bytes(artifact.sizeBytes)})</a>`}
        ${report && html`<span class="quiet">Report as</span>
            <a class="button small" href="${address}/report" download="${file}-report.json">JSON</a>
            <button class="small" onclick=${() => offer(`${file}-layers.csv`, "text/csv", csv(layers))}>CSV</button>
            <button class="small" onclick=${async () => offer(`${file}-report.html`, "text/html", await page(`${name} – Octet`, element.current))}>One HTML file</button>`}
    </div>`;
}

export function Result({ job, address, name }) {
    const element = useRef();
    const loaded = useLoaded(() => read(address, job), [address]);
    const { result } = job;
    if (!loaded.value) return waiting(loaded, "the report");
    const { report, artifacts, layers, trials: found } = loaded.value;
    const artifact = artifacts.find((each) => each.id === result?.artifactId);
    return html`<div class="report" ref=${element}>
        ${result && tiles(result)}
        <${Downloads} artifact=${artifact} report=${report} layers=${layers} name=${name} element=${element} address=${address} />
        ${next({ job, report, layers })}
        ${result && comparison(result, report?.latencyNote)}
        ${artifact && html`<div class="no-print"><${TryOut} job=${job} address=${address} /></div>`}
        ${report && story(report.notes)}
        ${trials(found)}
        ${result && section("where", "Where it went", shrinkage(result), layerNoise(layers), layerTimes(layers))}
        ${causes(layers)}
        ${layers.length > 0 && html`<${Layers} layers=${layers} job=${job} />`}
        ${report && [islands(report.islands), notes(report.notes, report.dataAdvice)]}
        ${files(artifacts, `${address}/log`)}
        ${reproduce(job.request)}
        ${report && [skipped(report.skippedPasses), original(report.model)]}
        ${result && provenance(result.provenance)}
    </div>`;
}
