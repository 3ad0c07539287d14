// What a dropped file is: a model or a dataset.

const MODELS = /\.(onnx|pt2)$/i;
const TAIL = 1 << 18;

/** "model" or "dataset"; a zip is looked into, at the directory that is at its end. */
export async function kindOf(file) {
    if (MODELS.test(file.name)) return "model";
    if (!/\.zip$/i.test(file.name)) return "dataset";
    const directory = await file.slice(Math.max(0, file.size - TAIL)).text();
    return /\.onnx/i.test(directory) ? "model" : "dataset";
}
