// script.js - small comforts; everything works without it
"use strict";
// Browsers that cannot style a closed <details> open get the tree opened where there is room for it.
const tree = document.querySelector("nav.tree details");
if (tree && matchMedia("(min-width: 62rem)").matches && !CSS.supports("selector(details::details-content)"))
    tree.open = true;

// What is wider than its place can be scrolled with the keyboard, also after the window became narrower.
const widths = new ResizeObserver((entries) => {
    for (const { target } of entries)
        if (target.scrollWidth > target.clientWidth)
            target.tabIndex = 0;
        else
            target.removeAttribute("tabindex");
});
function reach_wide(part) {
    for (const block of part.querySelectorAll(".text pre, .text table"))
        widths.observe(block);
}
reach_wide(document);

// Where the actions of a page do not fit beside each other, the one that is shown is in sight.
const actions = document.querySelector("nav.actions");
const current = actions?.querySelector("[aria-current]");
if (current)
    actions.scrollLeft = current.offsetLeft - actions.clientWidth / 2;

// A field with offers under it. The focus stays in the field: the arrow keys walk through the offers, Enter takes the
// one that is marked, Escape puts them away. `ask(words, signal)` promises rows of { name, note, parts, url, act }.
// `first`: the best one is marked from the beginning.
const say = (element, facts) => Object.entries(facts).forEach((fact) => element.setAttribute(...fact));
function combobox(field, list, ask, first) {
    let asked, timer, marked;
    const show = (on) => {
        list.hidden = !on;
        field.setAttribute("aria-expanded", on);
    };
    const mark = (option) => {
        marked?.removeAttribute("aria-selected");
        marked = option;
        marked?.setAttribute("aria-selected", "true");
        marked?.scrollIntoView({ block: "nearest" });
        if (marked)
            field.setAttribute("aria-activedescendant", marked.id);
        else
            field.removeAttribute("aria-activedescendant");
    };
    const offer = ({ name, note, parts, url, act }, nth) => {
        const option = document.createElement(url ? "a" : "div");
        const add = (kind, ...texts) => option.appendChild(document.createElement(kind)).append(...texts);
        say(option, { id: `${list.id}.${nth}`, role: "option", tabindex: -1 });
        add("span", name);
        if (note)
            add("small", note);
        if (parts?.length)
            add("p", ...parts.map((text, nth) => {
                const piece = document.createElement(nth % 2 ? "mark" : "span");
                piece.textContent = text;
                return piece;
            }));
        if (url)
            option.href = url;
        else
            option.addEventListener("click", act);
        return option;
    };
    const suggest = async () => {
        const words = field.value.trim();
        asked?.abort();
        asked = new AbortController();
        const { signal } = asked;
        const rows = await ask(words, signal).catch(() => []);
        if (signal.aborted)
            return;
        mark();
        list.replaceChildren(...rows.map(offer));
        show(rows.length > 0);
        if (first && words)
            mark(list.firstElementChild);
    };
    // A field for searching may not be a combobox.
    say(field, { type: "text", role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id });
    say(list, { role: "listbox", "aria-label": "Found" });
    show(false);
    list.addEventListener("mousedown", (event) => event.preventDefault());      // the focus stays
    field.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(suggest, 120);
    });
    field.addEventListener("keydown", (event) => {
        const all = [...list.children], at = all.indexOf(marked), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && !list.hidden) {             // past the last one stands the field itself
            event.preventDefault();
            mark(all[(at + 1 + step + all.length + 1) % (all.length + 1) - 1]);
        } else if (event.key === "Enter" && marked && !list.hidden) {
            event.preventDefault();
            marked.click();
        } else if (event.key === "Escape" && !list.hidden && list.matches("form *")) {
            event.preventDefault();
            mark();
            show(false);
        }
    });
    return { suggest, hide: () => show(false) };
}
async function fetch_rows(address, signal) {
    const answer = await fetch(address, { signal });
    return answer.ok ? (await answer.json()).rows : [];
}

// The best hits while one types. Enter sends the form, as it does without scripts.
const find = document.querySelector("form.find");
if (find) {
    const list = find.appendChild(document.createElement("div"));
    list.id = "find.list";
    const box = combobox(find.elements.q, list, async (words, signal) => words
        ? fetch_rows(`/-/search.json?texts=1&q=${encodeURIComponent(words)}`, signal) : []);
    find.addEventListener("focusout", box.hide);
}

// Ctrl-K, or the button: everything one may go to or do. What it needs is loaded when it is first wanted.
const script = document.querySelector("script[data-palette]");
let palette;
const open_palette = () => {
    palette ??= new Promise((done, failed) => {
        const element = document.createElement("script");
        element.src = script.dataset.palette;
        element.onload = done;
        element.onerror = failed;
        document.head.append(element);
    });
    palette.then(() => show_palette(), () => { palette = undefined; });
};
addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open_palette();
    }
});
const opener = document.createElement("button");
opener.textContent = "Go to…";
say(opener, { type: "button", class: "palette", title: "Ctrl-K", "aria-keyshortcuts": "Control+K Meta+K",
    "aria-haspopup": "dialog" });
opener.addEventListener("click", open_palette);
document.querySelector("header.site nav")?.append(opener);

// Pages that link to this one are asked for when somebody opens their place.
const linked = document.querySelector("details.linked");
linked?.addEventListener("toggle", async () => {
    const place = linked.querySelector("div");
    const answer = await fetch(place.dataset.part).catch(() => null);
    if (answer?.ok)
        place.innerHTML = await answer.text();
}, { once: true });

// Colours for code, where there is some that says its language.
if (document.querySelector('.text pre > code[class*="language-"]')) {
    const colours = document.createElement("script");
    colours.src = script.dataset.code;
    document.head.append(colours);
}

// Where one is among the headings: the one that was last passed at the upper third of the window.
const toc = document.querySelector("nav.toc");
if (toc) {
    const links = new Map();
    for (const link of toc.querySelectorAll("a")) {
        const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
        if (heading)
            links.set(heading, link);
    }
    let current;
    const choose = () => {
        let last;
        for (const heading of links.keys())
            if (heading.getBoundingClientRect().top < innerHeight / 3)
                last = heading;
        if (last === current)
            return;
        links.get(current)?.removeAttribute("aria-current");
        links.get(last)?.setAttribute("aria-current", "true");
        current = last;
        const link = links.get(last);           // not scrollIntoView: with that Tab would go on from the contents
        if (link)
            toc.scrollTop = Math.min(Math.max(toc.scrollTop, link.offsetTop + link.offsetHeight - toc.clientHeight),
                link.offsetTop);
    };
    const passed = new IntersectionObserver(choose, { rootMargin: "0px 0px -66% 0px" });
    for (const heading of links.keys())
        passed.observe(heading);
    choose();
}
