// A request under construction: a tree of the members that a person set, and nothing else.

/** The member at a dotted path; undefined where it is not set. */
export const at = (tree, path) => path.split(".").reduce((inner, name) => inner?.[name], tree);

/** The tree with that member set, or taken away where the value is undefined; members that become empty go too. */
export function put(tree, path, value) {
    const [name, ...rest] = path.split(".");
    const inner = rest.length === 0 ? value : put(tree?.[name] ?? {}, rest.join("."), value);
    const { [name]: _, ...others } = tree ?? {};
    const gone = inner === undefined || (rest.length > 0 && Object.keys(inner).length === 0);
    return gone ? others : { ...others, [name]: inner };
}

/** The name of a member as people read it: maxRunSeconds is "Max run seconds". */
export const label = (name) => {
    const words = name.replace(/Id$/, "").replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
    return words.charAt(0).toUpperCase() + words.slice(1);
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Takes away what a request says although it is the default anyway, so that a person sees what was chosen. */
export function chosen(request, schema, resolve) {
    const kept = {};
    for (const [name, value] of Object.entries(request ?? {})) {
        const member = schema.properties?.[name] && resolve(schema.properties[name]);
        if (!member) continue;
        if (member.properties) {
            const inner = chosen(value, member, resolve);
            if (Object.keys(inner).length > 0) kept[name] = inner;
        } else if (!same(value, member.default)) {
            kept[name] = value;
        }
    }
    return kept;
}
