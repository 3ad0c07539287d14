// The place where files are dropped, and the uploads under way.

import { html, useEffect, useState, useStore } from "../ui.js";
import { bytes, percent } from "../format.js";
import { problem } from "../parts/parts.js";
import { to } from "../router.js";
import { GOING, add, added, dismiss, retry, uploads } from "./queue.js";
import { forget, look, unfinished } from "./unfinished.js";

const ACCEPTED = ".onnx,.zip,.pt2,.npz,.csv,.jsonl";

/** Takes files by dropping, and by choosing for those who do not drag. */
export function DropZone({ note }) {
    const [over, setOver] = useState(false);
    const drop = (event) => {
        event.preventDefault();
        setOver(false);
        add([...event.dataTransfer.files]);
    };
    const chosen = (event) => {
        add([...event.target.files]);
        event.target.value = "";
    };
    const hover = (event) => {
        event.preventDefault();
        setOver(true);
    };
    return html`<label class="drop ${over ? "over" : ""}" ondragover=${hover} ondragleave=${() => setOver(false)} ondrop=${drop}>
        <strong>Drop models and datasets here, <span class="link">or choose files</span></strong>
        <span class="quiet">${note ?? "ONNX, or a zip with its external data · npz arrays · a zip of images · texts as jsonl or csv"}</span>
        <input type="file" class="unseen" multiple accept=${ACCEPTED} aria-label="Models and datasets to upload" onchange=${chosen} />
    </label>`;
}

const WORDS = { waiting: "waits for its turn", broken: "the connection broke; it goes on by itself", checking: "sent; the service looks into it", added: "added" };

function Upload({ entry }) {
    const { key, kind, name, size, sent, state, added: result, problem: fault } = entry;
    const going = GOING.includes(state);
    return html`<li class="upload ${state}">
        <div class="row">
            <span class="grow"><strong>${state === "added" && kind === "model" ? html`<a href=${to(["models", result.id])}>${name}</a>` : name}</strong>
                <span class="quiet"> ${kind}, ${bytes(size)}</span></span>
            <span class="quiet" role="status">${state === "sending" ? `${percent(size ? sent / size : 1, 0)} sent` : WORDS[state]}</span>
            ${state === "added" && kind === "model" && html`<a class="button small primary" href=${to(["new"], { model: result.id })}>Quantize it</a>`}
            ${state === "failed" && html`<button class="small" onclick=${() => retry(key)}>Try again</button>`}
            ${!going && html`<button class="small quiet" onclick=${() => dismiss(key)} aria-label="Dismiss ${name}">Dismiss</button>`}
        </div>
        ${going && html`<progress max=${size || 1} value=${sent} aria-label="Upload of ${name}"></progress>`}
        ${fault && problem(fault)}
    </li>`;
}

/** What broke off in an earlier visit. */
function Unfinished() {
    const all = useStore(unfinished);
    const times = useStore(added);
    useEffect(() => {
        look();
    }, [times]);
    const going = new Set(useStore(uploads).map(({ filename }) => filename));
    const left = all.filter(({ filename }) => !going.has(filename));
    return left.length > 0 && html`<ul class="uploads" id="unfinished" aria-label="Unfinished uploads">${left.map((each) => html`<li class="upload broken" key=${each.key}>
        <div class="row"><span class="grow"><strong>${each.filename}</strong><span class="quiet"> ${each.kind}, ${percent(each.received / each.size, 0)} of ${bytes(each.size)} had arrived.
            Choose the same file again to go on from there.</span></span>
            <button class="small quiet" onclick=${() => forget(each)} aria-label="Forget the upload of ${each.filename}">Forget</button></div></li>`)}</ul>`;
}

/** What is being sent, and what became of what was. */
export function UploadList() {
    const all = useStore(uploads);
    return html`<${Unfinished} />${all.length > 0 && html`<ul class="uploads" aria-label="Uploads">${all.map((entry) => html`<${Upload} key=${entry.key} entry=${entry} />`)}</ul>`}`;
}
