// The service's HTTP interface, as the pages use it. Whatever goes wrong arrives as a Problem.

/** What the service answered instead of a result: RFC 9457's members, or what the browser knows. */
export class Problem extends Error {
    constructor(members) {
        super(members.detail ?? members.title ?? "the service could not be reached");
        this.members = { errors: [], ...members };
    }
}

function asProblem(status, text) {
    try {
        return new Problem(JSON.parse(text));
    } catch {
        return new Problem({ status, title: status ? `HTTP status ${status}` : "The service could not be reached" });
    }
}

async function call(path, options) {
    let answer;
    try {
        answer = await fetch(path, options);
    } catch {
        throw new Problem({ title: "The service could not be reached", retryable: true });
    }
    if (!answer.ok) throw asProblem(answer.status, await answer.text());
    return answer.status === 204 ? undefined : answer.json();
}

export const get = (path) => call(path, { headers: { Accept: "application/json" } });

export const post = (path, body) =>
    call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });

export const remove = (path) => call(path, { method: "DELETE" });

/** All items of a list, page by page, at most so many. */
export async function all(path, pageSize, most) {
    const items = [];
    let cursor;
    do {
        const query = new URLSearchParams({ limit: pageSize, ...(cursor && { cursor }) });
        const page = await get(`${path}?${query}`);
        items.push(...page.items);
        cursor = page.nextCursor;
    } while (cursor && items.length < most);
    return items;
}

/** Sends a file as it lies on the disk, telling its progress as a share; fetch cannot tell it. */
export function upload(path, name, file, onProgress) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", `${path}?${new URLSearchParams({ name })}`);
        request.setRequestHeader("Content-Type", "application/octet-stream");
        request.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0);
        request.onload = () =>
            request.status < 300 ? resolve(JSON.parse(request.responseText)) : reject(asProblem(request.status, request.responseText));
        request.onerror = () => reject(asProblem(0, ""));
        request.send(file);
    });
}
