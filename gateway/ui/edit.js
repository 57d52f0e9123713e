// edit.js - the editor: a preview that follows the typing, Ctrl-S, and a question before words are left behind
"use strict";
const form = document.querySelector("form.edit");
const text = form.elements.content;
const loaded = text.value;
const offered = document.querySelector(".preview, .alert") !== null;
let sending = false;
form.addEventListener("submit", () => { sending = true; });
addEventListener("pageshow", () => { sending = false; });
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

// What the button shows on a page of its own stands beside the text, and is made anew when the typing pauses.
const button = form.querySelector("button[formaction]");
let preview = document.querySelector(".preview");
if (!preview) {
    preview = document.createElement("section");
    preview.className = "preview";
    preview.innerHTML = '<h2 id="edit.preview">Preview – not saved yet</h2><article class="text"></article>';
    preview.setAttribute("aria-labelledby", "edit.preview");
}
preview.tabIndex = 0;
form.querySelector(".desk").append(preview);
const shown = preview.querySelector(".text");
let asked, timer, took = 0;
async function show() {
    const began = performance.now();
    asked?.abort();
    asked = new AbortController();
    try {
        const body = new URLSearchParams(new FormData(form));
        const headers = { accept: "application/json" };
        const answer = await fetch(button.formAction, { method: "POST", body, headers, signal: asked.signal });
        if (answer.ok) {
            shown.innerHTML = (await answer.json()).preview_content;
            reach_wide(preview);
        }
        preview.classList.toggle("stale", !answer.ok);
        took = performance.now() - began;
    } catch (error) {
        if (error.name !== "AbortError")
            preview.classList.add("stale");
    }
}
text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, Math.max(300, 3 * took));
});
text.addEventListener("scroll", () => {
    const rest = text.scrollHeight - text.clientHeight;
    preview.scrollTop = rest && text.scrollTop / rest * (preview.scrollHeight - preview.clientHeight);
});
if (!shown.firstElementChild)
    show();
