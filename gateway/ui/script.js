// script.js - small comforts; everything works without it
"use strict";
// Browsers that cannot style a closed <details> open get the tree opened where there is room for it.
const tree = document.querySelector("nav.tree details");
if (tree && matchMedia("(min-width: 62rem)").matches && !CSS.supports("selector(details::details-content)"))
    tree.open = true;

// What is wider than its place can be scrolled with the keyboard.
for (const block of document.querySelectorAll(".text pre, .text table"))
    if (block.scrollWidth > block.clientWidth)
        block.tabIndex = 0;

// The editor saves with Ctrl-S, and asks before what was typed is left behind.
const form = document.querySelector("form.edit");
if (form) {
    const text = form.elements.content;
    const loaded = text.value;
    const offered = document.querySelector(".preview, .alert") !== null;
    let sending = false;
    form.addEventListener("submit", () => { sending = true; });
    addEventListener("beforeunload", (event) => {
        if (!sending && (offered || text.value !== loaded))
            event.preventDefault();
    });
    addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "s") {
            event.preventDefault();
            form.requestSubmit();
        }
    });
}
