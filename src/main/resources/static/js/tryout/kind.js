// What a sample is: a file of the reader's, or a text that was typed.

const IMAGE = /^image\/(png|jpeg)$/;

/** How a sample is sent, the picture that can be shown of it, and what it is called. */
export function kindOf(sample) {
    if (typeof sample === "string") return { type: "text/plain", name: "the text" };
    const { name, type } = sample;
    if (IMAGE.test(type)) return { type, picture: sample, name };
    // Whatever else it is, the service finds out by its bytes.
    return { type: /\.txt$/i.test(name) ? "text/plain" : "application/octet-stream", name };
}
