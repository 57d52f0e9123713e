// code.js - colours for code, by Prism; script.js loads it when a page has code that says its language
"use strict";
(() => {
    // What each needs before it. The files are the program's own; no other name is ever asked for.
    const needs = {
        bash: [], c: ["clike"], clike: [], cpp: ["c"], csharp: ["clike"], css: [], diff: [], docker: [], go: ["clike"],
        haskell: [], ini: [], java: ["clike"], javascript: ["clike"], json: [], kotlin: ["clike"], lua: [], makefile: [],
        markup: [], "markup-templating": ["markup"], nginx: [], perl: [], php: ["clike", "markup-templating"],
        powershell: [], python: [], r: [], ruby: ["clike"], rust: [], scala: ["java"], sql: [], swift: [], toml: [],
        typescript: ["javascript"], yaml: [],
    };
    const called = {
        "c++": "cpp", cc: "cpp", "c#": "csharp", cs: "csharp", console: "bash", dockerfile: "docker", golang: "go",
        h: "c", hs: "haskell", hpp: "cpp", html: "markup", js: "javascript", kt: "kotlin", make: "makefile",
        mjs: "javascript", patch: "diff", pl: "perl", ps1: "powershell", py: "python", rb: "ruby", rs: "rust",
        sh: "bash", shell: "bash", svg: "markup", ts: "typescript", xml: "markup", yml: "yaml", zsh: "bash",
    };
    const MOST_FILES = 8, MOST_TEXT = 20000;        // what a page loads stays under 25 kB; no long text stops the window
    const asked = {};
    let files = 0;

    function script(name) {
        return new Promise((done, failed) => {
            const element = document.createElement("script");
            element.src = `/static/prism-${name}.min.js`;
            element.onload = done;
            element.onerror = failed;
            document.head.append(element);
        });
    }
    async function begin(name) {
        for (const other of needs[name])
            await load(other);
        if (++files > MOST_FILES)
            throw new Error("enough");
        await script(name);
    }
    const load = (name) => asked[name] ??= begin(name);
    async function colour(code) {
        const said = /language-(\S+)/.exec(code.className)[1].toLowerCase();
        const name = called[said] ?? said;
        if (!Object.hasOwn(needs, name) || code.textContent.length > MOST_TEXT || code.firstElementChild)
            return;
        await (asked.core ??= script("core"));
        await load(name);
        code.innerHTML = Prism.highlight(code.textContent, Prism.languages[name], name);
    }
    globalThis.Prism = { manual: true };
    const seen = new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries)
            if (isIntersecting) {
                seen.unobserve(target);
                colour(target).catch(() => {});
            }
    }, { rootMargin: "400px" });
    for (const code of document.querySelectorAll('.text pre > code[class*="language-"]'))
        seen.observe(code);
})();
