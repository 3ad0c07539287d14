// The service's HTTP interface, as the pages use it. Whatever goes wrong arrives as a Problem.

/** What the service answered instead of a result: RFC 9457's members, or what the browser knows. */
export class Problem extends Error {
    constructor(members) {
        super(members.detail ?? members.title ?? "the service could not be reached");
        this.members = { errors: [], ...members };
    }
}

/** An answer that is no success, as a problem. */
export function asProblem(status, text) {
    try {
        return new Problem(JSON.parse(text));
    } catch {
        return new Problem({ status, title: status ? `HTTP status ${status}` : "The service could not be reached" });
    }
}

async function ask(path, options) {
    let answer;
    try {
        answer = await fetch(path, options);
    } catch {
        throw new Problem({ title: "The service could not be reached; is it running?", retryable: true });
    }
    if (!answer.ok) throw asProblem(answer.status, await answer.text());
    return answer;
}

async function call(path, options) {
    const answer = await ask(path, options);
    return answer.status === 204 ? undefined : answer.json();
}

export const get = (path, headers = {}) => call(path, { headers: { Accept: "application/json", ...headers } });

export const text = async (path) => (await ask(path, {})).text();

export const post = (path, body, headers = {}) =>
    call(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: body && JSON.stringify(body) });

/** Sends a file or a text as it is. */
export const send = (path, body, type) => call(path, { method: "POST", headers: { "Content-Type": type, Accept: "application/json" }, body });

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
