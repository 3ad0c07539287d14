// A control for each kind of member that the contract has.

import { html, useEffect, useState } from "../ui.js";
import { choices, resolve } from "../contract.js";
import { at, label, put } from "./values.js";

/** The contract's words as a sentence; what stands between backticks is code. */
const sentence = (text) => text.trim().replace(/^./, (letter) => letter.toUpperCase())
    .split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

const DASH = " - ";

/** What a text says behind its dash: what is before it is the name that is chosen by. */
const meaning = (text) => text?.split(DASH).slice(1).join(DASH);
const wordOf = (value) => (Array.isArray(value) ? (value.length === 0 ? "none" : value.join(", ")) : String(value));

/** Whether this technique takes the member at all. */
export const applies = (schema, technique) => !schema["x-techniques"] || schema["x-techniques"].includes(technique);

function Choice({ id, schema, value, set, fault, offered, absent }) {
    const options = offered ?? choices(schema);
    const otherwise = absent ?? (schema.default === undefined ? "not set" : `default: ${(options.find(([each]) => each === schema.default) ?? [0, String(schema.default)])[1].split(DASH)[0]}`);
    const change = (event) => {
        const picked = options.find(([each]) => String(each) === event.target.value);
        set(picked ? (schema.type === "integer" ? Number(picked[0]) : picked[0]) : undefined);
    };
    return html`<select id=${id} onchange=${change} ...${fault}>
        ${absent !== null && html`<option value="" selected=${value === undefined}>${otherwise}</option>`}
        ${options.map(([each, text]) => html`<option value=${each} selected=${String(each) === String(value)}>${offered ? text : text.split(DASH)[0]}</option>`)}</select>`;
}

const Switch = (props) => html`<${Choice} ...${props} offered=${[["true", "yes"], ["false", "no"]]} value=${props.value === undefined ? undefined : String(props.value)}
    absent=${props.schema.default === undefined ? "not set" : `default: ${props.schema.default ? "yes" : "no"}`} set=${(text) => props.set(text === undefined ? undefined : text === "true")} />`;

/** What was typed stays as it was typed: "0." is on its way to 0.05. */
function Amount({ id, schema, value, set, fault }) {
    const shown = (amount) => (amount === undefined ? "" : String(amount));
    const [text, setText] = useState(shown(value));
    useEffect(() => {
        if (Number(text) !== value && shown(value) !== text) setText(shown(value));
    }, [value]);
    const typed = (event) => {
        setText(event.target.value);
        const amount = Number(event.target.value);
        // What is no number is left to the service to refuse, with its reason.
        set(event.target.value === "" ? undefined : Number.isNaN(amount) ? event.target.value : amount);
    };
    return html`<input id=${id} type="text" inputmode="decimal" placeholder=${schema.default} value=${text} oninput=${typed} ...${fault} />`;
}

/** Several values in one text; what was typed stays as it was typed. */
function Several({ id, schema, value, set, fault }) {
    const { type } = resolve(schema.items);
    const lines = type === "string";
    const shown = (list) => (list ?? []).join(lines ? "\n" : ", ");
    const parse = (text) => text.split(lines ? /\n/ : /[,\s]+/).map((part) => part.trim()).filter(Boolean).map((part) => (lines ? part : Number(part)));
    const [text, setText] = useState(shown(value));
    useEffect(() => {
        if (shown(parse(text)) !== shown(value)) setText(shown(value));
    }, [value]);
    const typed = (event) => {
        setText(event.target.value);
        const list = parse(event.target.value);
        set(list.length === 0 ? undefined : list);
    };
    const properties = { id, value: text, oninput: typed, placeholder: schema.default?.length > 0 ? wordOf(schema.default) : undefined, ...fault };
    return lines ? html`<textarea rows="3" class="mono" spellcheck="false" ...${properties}></textarea>` : html`<input ...${properties} />`;
}

const Tags = ({ id, value, set, fault }) => html`<input id=${id} ...${fault} value=${Object.entries(value ?? {}).map(([key, word]) => `${key}: ${word}`).join(", ")}
    placeholder="key: value, …" onchange=${(event) => {
        const pairs = event.target.value.split(",").map((pair) => pair.split(/:(.*)/s).map((part) => part.trim())).filter(([key]) => key);
        set(pairs.length === 0 ? undefined : Object.fromEntries(pairs.map(([key, word = ""]) => [key, word])));
    }} />`;

const controlOf = (schema, offered) => {
    if (offered || schema.enum || schema["x-texts"]) return Choice;
    if (schema.type === "boolean") return Switch;
    if (schema.type === "integer" || schema.type === "number") return Amount;
    if (schema.type === "array") return Several;
    if (schema.type === "object") return Tags;
    return ({ id, value, set, fault }) => html`<input id=${id} value=${value ?? ""} ...${fault} oninput=${(event) => set(event.target.value || undefined)} />`;
};

/** Boxes to tick, for a list whose values are known. */
function Ticks({ path, schema, value, set, name }) {
    const now = value ?? schema.default ?? [];
    const toggle = (each, on) => set(on ? [...now, each] : now.filter((other) => other !== each));
    return html`<fieldset class="field wide"><legend>${name}</legend>
        ${choices(schema.items).map(([each, text]) => html`<label class="tick"><input type="checkbox" name=${path} value=${each} checked=${now.includes(each)}
            onchange=${(event) => toggle(each, event.target.checked)} />${text}</label>`)}
        <small>${sentence(schema.description)}</small></fieldset>`;
}

/** One member of the request: its name, its control, what it is for, and what is wrong with it. */
export function Field({ path, schema: given, request, setRequest, faults, offered, absent, name }) {
    const schema = resolve(given);
    const value = at(request, path);
    const set = (next) => setRequest((before) => put(before, path, next));
    const title = name ?? label(path.split(".").at(-1));
    if (schema.type === "array" && resolve(schema.items)["x-texts"]) return html`<${Ticks} path=${path} schema=${schema} value=${value} set=${set} name=${title} />`;
    const id = `field-${path.replaceAll(".", "-")}`;
    const found = faults.filter((fault) => fault.path === path || fault.path?.startsWith(`${path}[`) || fault.path?.startsWith(`${path}.`));
    const fault = { name: path, "aria-invalid": found.length > 0 ? "true" : undefined, "aria-describedby": `${id}-hint` };
    const Control = controlOf(schema, offered);
    const picked = !offered && choices(schema).find(([each]) => String(each) === String(value ?? schema.default))?.[1];
    return html`<div class="field"><label for=${id}>${title}</label>
        <${Control} id=${id} schema=${schema} value=${value} set=${set} fault=${fault} offered=${offered} absent=${absent} />
        <small id="${id}-hint">${found.length > 0 && html`<span class="bad">${found.map((each) => each.message).join(" ")} </span>`}
            ${picked && meaning(picked) && html`<strong>${sentence(meaning(picked))}.</strong> `}${sentence(schema.description ?? "")}</small></div>`;
}

/** All members of an object that the technique takes, except those named. */
export function Fields({ path, schema: given, except = [], ...others }) {
    const schema = resolve(given);
    const technique = others.request.technique;
    return Object.entries(schema.properties)
        .filter(([name, member]) => !except.includes(name) && applies(resolve(member), technique))
        .map(([name, member]) => {
            const inner = path ? `${path}.${name}` : name;
            const resolved = resolve(member);
            return resolved.properties
                ? html`<fieldset class="group"><legend>${label(name)}</legend><small>${sentence(resolved.description)}</small>
                    <div class="fields"><${Fields} key=${inner} path=${inner} schema=${resolved} ...${others} /></div></fieldset>`
                : html`<${Field} key=${inner} path=${inner} schema=${member} ...${others} />`;
        });
}
