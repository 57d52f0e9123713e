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

// Names of pages while one types; the arrow keys walk through them. Enter sends the form, as it does without scripts.
const find = document.querySelector("form.find");
if (find) {
    const field = find.elements.q;
    const list = document.createElement("ul");
    list.hidden = true;
    find.append(list);
    let asked, timer;
    const suggest = async () => {
        const words = field.value.trim();
        asked?.abort();
        asked = new AbortController();
        list.hidden = true;
        if (!words)
            return;
        const url = `/-/search?suggest=1&q=${encodeURIComponent(words)}`;
        const answer = await fetch(url, { signal: asked.signal }).catch(() => null);
        if (!answer?.ok)
            return;
        const { pages } = await answer.json();
        list.replaceChildren(...pages.map(({ name, url }) => {
            const item = document.createElement("li");
            const link = item.appendChild(document.createElement("a"));
            link.href = url;
            link.textContent = name;
            return item;
        }));
        list.hidden = pages.length === 0;
    };
    field.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(suggest, 150);
    });
    find.addEventListener("keydown", (event) => {
        const stops = [field, ...list.hidden ? [] : list.querySelectorAll("a")];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            event.preventDefault();
            stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
        } else if (event.key === "Escape") {
            list.hidden = true;
            field.focus();
        }
    });
    find.addEventListener("focusout", (event) => {
        if (!find.contains(event.relatedTarget))
            list.hidden = true;
    });
}

// Colours for code, where there is some that says its language.
if (document.querySelector('.text pre > code[class*="language-"]')) {
    const colours = document.createElement("script");
    colours.src = document.querySelector("script[data-code]").dataset.code;
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
