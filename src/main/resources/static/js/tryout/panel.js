// Trying a job's two models on a sample of one's own: what to feed them, what became of it.

import { get, Problem, send } from "../api.js";
import { round } from "../live.js";
import { useLoaded } from "../loaded.js";
import { empty, problem, section } from "../parts/parts.js";
import { html, useEffect, useState, useStore } from "../ui.js";
import { Answers } from "./answers.js";
import { kindOf } from "./kind.js";
import { Picture } from "./picture.js";

const ACCEPTED = ".png,.jpg,.jpeg,.npz,.zip,.jsonl,.csv,.txt,image/png,image/jpeg";
const OVER = new Set(["SUCCEEDED", "FAILED"]);
const WAIT = { Prefer: "wait=60" };

/** Waits for the comparison to end; the service answers as soon as it has, and is asked again where it was away. */
function useFollowed(address, comparison, hear) {
    const now = useStore(round);
    const over = !comparison || OVER.has(comparison.state);
    useEffect(() => {
        if (over) return undefined;
        let stale = false;
        const follow = async () => {
            for (let told = comparison; !stale && !OVER.has(told.state);) {
                told = await get(`${address}/${comparison.id}`, WAIT);
                if (!stale) hear(told);
            }
        };
        follow().catch((error) => {
            // A service that is away is heard of, and asked again, when it is back.
            if (!(error instanceof Problem)) throw error;
        });
        return () => {
            stale = true;
        };
    }, [comparison?.id, over, now]);
}

function Dropped({ busy, take }) {
    const [over, setOver] = useState(false);
    const drop = (event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file && !busy) take(file);
    };
    const hover = (event) => {
        event.preventDefault();
        setOver(true);
    };
    const chosen = (event) => {
        const [file] = event.target.files;
        if (file) take(file);
        event.target.value = "";
    };
    return html`<label class="drop sample ${over ? "over" : ""}" ondragover=${hover} ondragleave=${() => setOver(false)} ondrop=${drop}>
        <strong>Drop a sample here, <span class="link">or choose a file</span></strong>
        <span class="quiet">an image (PNG, JPEG) · arrays as npz · a zip of images · texts as txt, jsonl or csv</span>
        <input type="file" class="unseen" accept=${ACCEPTED} disabled=${busy} aria-label="A sample to try both models on" onchange=${chosen} />
    </label>`;
}

function Typed({ busy, take }) {
    const [text, setText] = useState("");
    const ask = (event) => {
        event.preventDefault();
        if (text.trim()) take(text);
    };
    return html`<form class="typed" onsubmit=${ask}>
        <label for="sample-text">Or type a text</label>
        <div class="row"><textarea id="sample-text" class="grow" rows="2" maxlength="100000" value=${text} oninput=${(event) => setText(event.target.value)}></textarea>
            <button class="primary" disabled=${busy || !text.trim()}>Try it</button></div>
    </form>`;
}

/** What became of the last one, or that there was none yet. */
function Outcome({ comparison, sending, fault, picture, name }) {
    if (fault) return problem(fault);
    if (sending) return html`<p class="loading" role="status">Sending ${name}…</p>`;
    if (!comparison) return empty("Nothing tried yet", "Both models get the sample as the job's own samples were prepared, and answer side by side.");
    if (comparison.state === "FAILED") return problem(comparison.error);
    if (comparison.state !== "SUCCEEDED") {
        return html`<div class="tried waiting">${picture && html`<${Picture} file=${picture} />`}
            <p class="loading" role="status">${comparison.state === "QUEUED" ? "Waiting for a worker…" : "Both models are running…"}</p></div>`;
    }
    return html`<${Answers} comparison=${comparison} picture=${picture} name=${name} />`;
}

/** The section of a job that has a quantized model. */
export function TryOut({ job, address }) {
    const comparisons = `${address}/comparisons`;
    const model = useLoaded(() => get(`/v1/models/${job.request.modelId}`), [job.request.modelId]);
    const earlier = useLoaded(() => get(`${comparisons}?limit=1`), [comparisons]);
    const [asked, setAsked] = useState();
    const [given, setGiven] = useState({});
    const [sending, setSending] = useState(false);
    const [fault, setFault] = useState();
    const comparison = asked ?? earlier.value?.items[0];
    const busy = sending || (comparison !== undefined && !OVER.has(comparison.state));
    useFollowed(comparisons, comparison, setAsked);

    const take = async (sample) => {
        const { type, picture, name } = kindOf(sample);
        setFault(undefined);
        setGiven({ picture, name });
        setSending(true);
        try {
            setAsked(await send(comparisons, sample, type));
        } catch (error) {
            if (!(error instanceof Problem)) throw error;
            setFault(error.members);
        } finally {
            setSending(false);
        }
    };

    const texts = model.value?.inputs.some((input) => input.name === "input_ids");
    const gone = model.error?.status === 404;
    return section("try", "Try it", html`
        ${gone ? html`<p class="quiet">The float model was deleted, so there is nothing to compare with. Upload it again and run the job again to try both.</p>`
            : html`<${Dropped} busy=${busy} take=${take} />${texts && html`<${Typed} busy=${busy} take=${take} />`}`}
        <div id="tried-out" aria-busy=${String(busy)}><${Outcome} comparison=${comparison} sending=${sending} fault=${fault} picture=${given.picture} name=${given.name} /></div>`);
}
