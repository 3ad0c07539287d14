// Which page is open: the part of the address behind the #, so that leaving a page does not end what goes on in another.

import { store } from "./ui.js";

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

function parse() {
    const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
    return { path: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

/** The page's path and query. */
export const route = store(parse());

addEventListener("hashchange", () => route.set(parse()));

/** The address of a page; members of the query that are undefined are left out. */
export function to(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
    const search = new URLSearchParams(given).toString();
    return `#/${path.map(encodeURIComponent).join("/")}${search && `?${search}`}`;
}

export const go = (address) => {
    location.hash = address;
};

/** Changes the address without a new step in the history. */
export function amend(address) {
    history.replaceState(null, "", address);
    route.set(parse());
}
