// Names of models, since jobs know them by id alone.

import { get, Problem } from "./api.js";
import { store } from "./ui.js";

const asked = new Set();

/** Names by id; of a model that was deleted, a word that says so. */
export const names = store(new Map());

const put = (entries) => names.set((before) => new Map([...before, ...entries]));

/** Notes the names of models that were read anyway. */
export function note(models) {
    models.forEach(({ id }) => asked.add(id));
    put(models.map(({ id, name }) => [id, name]));
}

/** Finds out what those models are called, one by one where they are not among the newest. */
export async function ask(ids) {
    const unknown = [...new Set(ids)].filter((id) => !asked.has(id));
    if (unknown.length === 0) return;
    unknown.forEach((id) => asked.add(id));
    try {
        if (unknown.length > 3) note((await get("/v1/models?limit=100")).items);
        const rest = unknown.filter((id) => !names.get().has(id));
        put(await Promise.all(rest.map(async (id) => [id, await nameOf(id)])));
    } catch (error) {
        unknown.forEach((id) => asked.delete(id));
        if (!(error instanceof Problem)) throw error;
    }
}

async function nameOf(id) {
    try {
        return (await get(`/v1/models/${encodeURIComponent(id)}`)).name;
    } catch (error) {
        if (error instanceof Problem && error.members.status === 404) return "a model since deleted";
        throw error;
    }
}
