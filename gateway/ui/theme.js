// theme.js - light or dark as somebody chose here, set before the page is first painted
"use strict";
try {
    document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
} catch {
    // no storage: the system decides
}
