// Light or dark: as the system is, unless a person chose.

import { store } from "./ui.js";

const KEY = "octet.theme";
const CHOICES = ["system", "light", "dark"];

export const theme = store(CHOICES.find((each) => each === localStorage.getItem(KEY)) ?? "system");

const show = (choice) => {
    document.documentElement.dataset.theme = choice;
};

show(theme.get());

/** The next of the three. */
export function turn() {
    const next = CHOICES[(CHOICES.indexOf(theme.get()) + 1) % CHOICES.length];
    localStorage.setItem(KEY, next);
    theme.set(next);
    show(next);
}
