// palette.js - the box of Ctrl-K: pages and headings by name, and what can be done here; script.js loads it
"use strict";
const show_palette = (() => {
    const dialog = document.createElement("dialog");
    const field = dialog.appendChild(document.createElement("input"));
    const list = dialog.appendChild(document.createElement("div"));
    say(dialog, { class: "palette", "aria-label": "Go to a page, or do something" });
    say(field, { "aria-label": "Page, heading or action", placeholder: "Page, heading or action", autocomplete: "off",
        maxlength: 200 });
    list.id = "palette.list";
    document.querySelector("header.site").append(dialog);

    const root = document.documentElement;
    const is_dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"))
        === "dark";
    const toggle_theme = () => {
        const theme = is_dark() ? "light" : "dark";
        root.dataset.theme = theme;
        dialog.close();
        try {
            localStorage.setItem("theme", theme);
        } catch {
            // no storage: for this page alone
        }
    };
    // What the page offers as links is what can be done: what somebody has no right to is not among them.
    const actions = () => [
        ...["nav.actions a", "header.site nav a, footer.site a"].flatMap((links, wiki) =>
            [...document.querySelectorAll(links)].map((link) =>
                ({ name: link.textContent, note: wiki ? "Wiki" : "This page", url: link.href }))),
        { name: is_dark() ? "Light theme" : "Dark theme", note: "Colours", act: toggle_theme },
    ];
    const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const rows = async (words, signal) => {
        const has = fold(words);
        const fitting = actions().filter(({ name }) => fold(name).includes(has));
        if (!words)
            return fitting;
        const encoded = encodeURIComponent(words);
        const found = await fetch_rows(`/-/search.json?q=${encoded}`, signal).catch(() => []);
        return [...found, ...fitting, { name: `Search for “${words}”`, note: "Texts", url: `/-/search?q=${encoded}` }];
    };
    const box = combobox(field, list, rows, true);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    list.addEventListener("click", () => dialog.close());
    return () => {
        if (dialog.open)
            return dialog.close();
        field.value = "";
        dialog.showModal();
        box.suggest();
    };
})();
