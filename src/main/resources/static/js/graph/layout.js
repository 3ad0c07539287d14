// Places a network's nodes in layers, each below those that it reads from (Sugiyama, Tagawa and Toda, 1981): layers by longest path,
// order within a layer by the mean of the neighbours' places, places by the same mean with room between.

export const NODE = { width: 168, height: 40, gapX: 28, gapY: 34 };
const DUMMY = 10;
const LONGEST_ROUTED = 40;
const SWEEPS = 6;

/** The vertices of the drawing - nodes, inputs and outputs - and who reads from whom. */
export function connect(nodes, inputs, outputs) {
    const vertices = [
        ...inputs.map(({ name }) => ({ kind: "input", label: name, name })),
        ...nodes.map((node) => ({ kind: "node", label: node.name, name: node.name, node })),
        ...outputs.map(({ name }) => ({ kind: "output", label: name, name })),
    ].map((vertex, id) => ({ ...vertex, id }));
    const makers = new Map();
    const scoped = (scope, value) => `${scope ?? ""}\u0000${value}`;
    for (const vertex of vertices) {
        if (vertex.kind === "input") makers.set(scoped("", vertex.name), vertex.id);
        for (const value of vertex.node?.outputs ?? []) makers.set(scoped(vertex.node.inside, value), vertex.id);
    }
    const owners = new Map(nodes.map((node, index) => [node.name, index + inputs.length]));
    const edges = [];
    for (const vertex of vertices) {
        const inside = vertex.node?.inside;
        const read = vertex.kind === "output" ? [vertex.name] : (vertex.node?.inputs ?? []);
        const makersOf = read.map((value) => makers.get(scoped(inside, value)) ?? makers.get(scoped("", value)));
        const from = new Set(makersOf.filter((maker) => maker !== undefined && maker !== vertex.id));
        if (inside !== undefined && from.size === 0 && owners.has(inside)) from.add(owners.get(inside));
        for (const maker of from) if (maker < vertex.id) edges.push({ from: maker, to: vertex.id });
    }
    return { vertices, edges };
}

/** What reads nothing stands right above what reads it, instead of at the top. */
function sink(vertices, edges, rank) {
    const reading = new Set(edges.map(({ to }) => to));
    const first = new Map();
    for (const { from, to } of edges) first.set(from, Math.min(first.get(from) ?? Infinity, rank[to]));
    for (const { id, kind } of vertices) if (kind === "node" && !reading.has(id) && first.has(id)) rank[id] = first.get(id) - 1;
}

/** Layers of cells: vertices, and where an edge passes by a layer, a narrow place for it. */
function layered(vertices, edges) {
    const rank = new Array(vertices.length).fill(0);
    for (const { from, to } of edges) rank[to] = Math.max(rank[to], rank[from] + 1); // edges go up in the order of running
    sink(vertices, edges, rank);
    const layers = [];
    const put = (cell, at) => (layers[at] ??= []).push(cell);
    const cells = vertices.map((vertex) => ({ vertex, rank: rank[vertex.id], width: NODE.width, above: [], below: [] }));
    cells.forEach((cell) => put(cell, cell.rank));
    const routes = edges.map(({ from, to }) => {
        const route = [cells[from]];
        if (rank[to] - rank[from] <= LONGEST_ROUTED) {
            for (let at = rank[from] + 1; at < rank[to]; at++) {
                const cell = { rank: at, width: DUMMY, above: [], below: [] };
                put(cell, at);
                route.push(cell);
            }
        }
        route.push(cells[to]);
        for (let step = 1; step < route.length; step++) {
            route[step].above.push(route[step - 1]);
            route[step - 1].below.push(route[step]);
        }
        return route;
    });
    return { layers: Array.from(layers, (layer) => layer ?? []), routes };
}

const mean = (cells, otherwise) => (cells.length === 0 ? otherwise : cells.reduce((sum, each) => sum + each.x, 0) / cells.length);

/** Moves the cells of a layer to where they want to be, in that order and without overlap, around the same centre. */
function settle(layer, side) {
    const wanted = new Map(layer.map((cell) => [cell, mean(cell[side], cell.x)]));
    layer.sort((a, b) => wanted.get(a) - wanted.get(b));
    let edge = -Infinity;
    let shift = 0;
    for (const cell of layer) {
        const least = edge + cell.width / 2;
        cell.x = Math.max(wanted.get(cell), least);
        shift += wanted.get(cell) - cell.x;
        edge = cell.x + cell.width / 2 + NODE.gapX;
    }
    for (const cell of layer) cell.x += shift / layer.length;
}

/**
 * Places everything.
 *
 * @returns {{vertices, edges, width, height}} vertices with x and y of their centres; edges with the points they pass
 */
export function place({ vertices, edges }) {
    const { layers, routes } = layered(vertices, edges);
    for (const layer of layers) {
        let x = 0;
        for (const cell of layer) {
            cell.x = x + cell.width / 2;
            x += cell.width + NODE.gapX;
        }
        for (const cell of layer) cell.x -= x / 2;
    }
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
        const down = sweep % 2 === 0;
        for (const layer of down ? layers : layers.toReversed()) settle(layer, down ? "above" : "below");
    }
    const all = layers.flat();
    const left = all.reduce((least, cell) => Math.min(least, cell.x - cell.width / 2), 0);
    const right = all.reduce((most, cell) => Math.max(most, cell.x + cell.width / 2), 0);
    const y = (cell) => cell.rank * (NODE.height + NODE.gapY) + NODE.height / 2;
    for (const cell of all) if (cell.vertex) Object.assign(cell.vertex, { x: cell.x - left, y: y(cell) });
    return {
        vertices,
        edges: routes.map((route) => ({ points: route.map((cell) => [cell.x - left, y(cell)]), top: y(route[0]), bottom: y(route.at(-1)) })),
        width: right - left,
        height: layers.length * (NODE.height + NODE.gapY),
    };
}
