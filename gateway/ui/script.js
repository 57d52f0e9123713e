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
