// The contract's own words: what may be asked for, between which bounds, and what it means.

import { get } from "./api.js";

const { components } = await get("/openapi.json");

/** The schema with what it refers to filled in; its own description wins. */
function resolve(schema) {
    if (schema.$ref) return resolve(components.schemas[schema.$ref.split("/").pop()]);
    return schema.allOf ? { ...schema.allOf.map(resolve).reduce((all, each) => ({ ...all, ...each }), {}), ...schema } : schema;
}

/** The schema of a member of the job request, such as `settings.observer`. */
export const member = (path) =>
    path.split(".").reduce((schema, name) => resolve(schema.properties[name]), resolve({ $ref: "JobRequest" }));

/** What a member may be, each value with its text; values without a text are not offered. */
export function choices(path) {
    const schema = member(path);
    const of = schema.items ?? schema;
    if (of["x-texts"]) return Object.entries(of["x-texts"]);
    return of.enum.map((value) => [String(value), String(value)]);
}

/** What a member is for, as a sentence. */
export const hint = (path) => member(path).description.trim().replace(/^./, (letter) => letter.toUpperCase());
