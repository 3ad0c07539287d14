// Models and datasets: what there is, and the place to bring more.

import { get, remove, Problem } from "../api.js";
import { bytes, count, moment, shape } from "../format.js";
import { useLoaded, waiting } from "../loaded.js";
import { note } from "../names.js";
import { empty, problem, section } from "../parts/parts.js";
import { table } from "../parts/table.js";
import { to } from "../router.js";
import { html, useEffect, useState, useStore } from "../ui.js";
import { DropZone, UploadList } from "../uploads/panel.js";
import { added } from "../uploads/queue.js";

const PAGE = 50;

/** A list of which more is read on demand. */
function useList(path) {
    const [limit, setLimit] = useState(1);
    const times = useStore(added);
    const listed = useLoaded(async () => {
        const items = [];
        let cursor;
        for (let page = 0; page < limit; page++) {
            const read = await get(`${path}?${new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) })}`);
            items.push(...read.items);
            cursor = read.nextCursor;
            if (!cursor) break;
        }
        return { items, more: cursor !== undefined };
    }, [path, limit, times]);
    return { ...listed, older: () => setLimit(limit + 1) };
}

function Delete({ path, name, done, trouble }) {
    const run = async () => {
        if (!confirm(`Delete ${name}? Results of ended jobs stay.`)) return;
        try {
            await remove(path);
            done();
        } catch (error) {
            if (!(error instanceof Problem)) throw error;
            trouble(error.members);
        }
    };
    return html`<button class="small quiet" onclick=${run} aria-label="Delete ${name}">Delete</button>`;
}

export function Library() {
    const models = useList("/v1/models");
    const datasets = useList("/v1/datasets");
    const [trouble, setTrouble] = useState();
    useEffect(() => {
        if (models.value) note(models.value.items);
    }, [models.value]);
    const end = (list, path, each) => html`<${Delete} path="${path}/${each.id}" name=${each.name} trouble=${setTrouble} done=${() => {
        setTrouble(undefined);
        list.again();
    }} />`;
    const more = (list) => list.value?.more && html`<p><button onclick=${list.older}>Older ones</button></p>`;
    return html`<h1 tabindex="-1">Models and data</h1>
        <${DropZone} /><${UploadList} />
        ${trouble && problem(trouble)}
        ${section("models", "Models", waiting(models, "models"), models.value && (models.value.items.length === 0
            ? empty("No models yet", "Drop an ONNX file above. PyTorch writes one with torch.onnx.export, TensorFlow with tf2onnx.")
            : table("Models, newest first", ["Name", { class: "num", content: "Weights" }, { class: "num", content: "Size" }, { class: "num", content: "Uploaded" }, ""],
                models.value.items.map((model) => [
                    { class: "name", content: html`<a href=${to(["models", model.id])}>${model.name}</a><br /><small>${model.inputs.map(shape).join("; ")}</small>` },
                    { class: "num", content: count(model.parameters) }, { class: "num", content: bytes(model.sizeBytes) },
                    { class: "num quiet", content: moment(model.createdAt) },
                    { class: "num", content: html`<span class="row end"><a class="button small" href=${to(["new"], { model: model.id })} aria-label="Quantize ${model.name}">Quantize</a>${end(models, "/v1/models", model)}</span>` },
                ]))), more(models))}
        ${section("datasets", "Datasets", waiting(datasets, "datasets"), datasets.value && (datasets.value.items.length === 0
            ? empty("No datasets yet", "A few hundred samples make ranges that fit; labels let accuracy be scored. An npz has one array for each input of the model, "
                + "samples along its first axis, and, if you have them, an array named labels.")
            : table("Datasets, newest first", ["Name", { class: "num", content: "Samples" }, { class: "num", content: "Size" }, { class: "num", content: "Uploaded" }, ""],
                datasets.value.items.map((dataset) => [
                    { class: "name", content: html`${dataset.name}<br /><small>${dataset.fields.map(shape).join("; ")}${dataset.labels && ", with labels"}</small>` },
                    { class: "num", content: count(dataset.samples) }, { class: "num", content: bytes(dataset.sizeBytes) },
                    { class: "num quiet", content: moment(dataset.createdAt) }, { class: "num", content: end(datasets, "/v1/datasets", dataset) },
                ]))), more(datasets))}`;
}
