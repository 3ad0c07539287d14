// The contract's own words: what may be asked for, between which bounds, and what it means.

import { get } from "./api.js";

const { components } = await get("/openapi.json");

/** The schema with what it refers to filled in; its own description wins. */
export function resolve(schema) {
    if (schema.$ref) return resolve(components.schemas[schema.$ref.split("/").pop()]);
    return schema.allOf ? { ...schema.allOf.map(resolve).reduce((all, each) => ({ ...all, ...each }), {}), ...schema } : schema;
}

/** The schema of that name. */
export const schema = (name) => resolve({ $ref: name });

/** What a schema's value may be, each with its text; where there are texts, values without one are not offered. */
export function choices(of) {
    const resolved = resolve(of);
    if (resolved["x-texts"]) return Object.entries(resolved["x-texts"]);
    return (resolved.enum ?? []).map((value) => [value, String(value)]);
}

export const choicesOf = (name) => choices({ $ref: name });
