// A thumbnail of a picture that was chosen; drawn, since nothing but the service's own files is loaded.

import { html, useEffect, useRef, useState } from "../ui.js";

const SIDE = 160;

export function Picture({ file }) {
    const element = useRef();
    const [size, setSize] = useState();
    useEffect(() => {
        let stale = false;
        const draw = async () => {
            const image = await createImageBitmap(file);
            const canvas = element.current;
            if (stale || !canvas) return;
            const scale = Math.min(SIDE / image.width, SIDE / image.height);
            canvas.width = Math.max(1, Math.round(image.width * scale));
            canvas.height = Math.max(1, Math.round(image.height * scale));
            const context = canvas.getContext("2d");
            // Small pictures are shown as the pixels that the model sees.
            context.imageSmoothingEnabled = scale < 1;
            context.drawImage(image, 0, 0, canvas.width, canvas.height);
            setSize(`${image.width}×${image.height}`);
        };
        draw().catch(() => setSize("a picture that this browser can't show"));
        return () => {
            stale = true;
        };
    }, [file]);
    return html`<figure class="picture"><canvas ref=${element} width="1" height="1" role="img" aria-label="The sample: ${file.name}"></canvas>
        <figcaption class="quiet">${file.name}${size && html`<br />${size}`}</figcaption></figure>`;
}
