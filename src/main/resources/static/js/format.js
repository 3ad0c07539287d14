// Numbers, sizes, times and the contract's words, as people read them.

const SHARES = new Set(["TOP1", "TOP5"]);

export const number = (value, digits = 3) =>
    value === undefined ? "–" : value.toLocaleString("en", { maximumSignificantDigits: digits });

export const fixed = (value, digits) =>
    value === undefined ? "–" : value.toFixed(digits);

export const percent = (share, digits = 1) => (share === undefined ? "–" : `${(share * 100).toFixed(digits)} %`);

/** A metric's score: shares of samples in percent, others as they are. */
export const score = (metric, value) =>
    value === undefined ? "–" : SHARES.has(metric) ? percent(value, 2) : value.toFixed(5);

/** What is shown with five digits is not told apart below. */
const NOTHING = 5e-6;

/** A difference of two scores: in percentage points where the scores are shares. */
export function difference(metric, value) {
    if (value === undefined) return "–";
    if (SHARES.has(metric)) return `${(value * 100).toFixed(2).replace("-", "−")} pp`;
    return Math.abs(value) < NOTHING ? "0" : number(value, 3);
}

export function bytes(value) {
    if (value === undefined) return "–";
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    let left = value;
    while (left >= 1000 && unit < units.length - 1) {
        left /= 1000;
        unit++;
    }
    return `${unit === 0 ? left : left.toPrecision(3)} ${units[unit]}`;
}

export const millis = (value) => (value === undefined ? "–" : `${value.toPrecision(3)} ms`);

export const times = (value) => (value === undefined ? "–" : `${value.toFixed(2)}×`);

export function count(value) {
    if (value === undefined) return "–";
    if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`;
    if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
    return value.toLocaleString("en");
}

export function duration(seconds) {
    if (seconds === undefined) return "–";
    if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
    return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** The seconds from one moment to another, or to now. */
export const between = (from, to) => (new Date(to ?? Date.now()) - new Date(from)) / 1000;

export const moment = (time) =>
    time === undefined ? "–" : new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A word of the contract in small letters: GOAL_NOT_MET is "goal not met". */
export const words = (constant) => (constant ?? "").toLowerCase().replaceAll("_", " ");

export const sentence = (constant) => words(constant).replace(/^./, (letter) => letter.toUpperCase());

export const shape = (tensor) => `${tensor.name}: ${tensor.type} [${tensor.shape.join(", ")}]`;

export const ENDED = new Set(["SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"]);
