// hostile_table - what somebody may put into a page, a name, a field or an address, and what must come out
//
// `markup`: name, Markdown, and what a reader must see of it ('' if there is nothing to see). Everything else is the
// same for all of them and looked at by hostile.mjs: nothing runs, nothing is fetched, nothing of the frame breaks.
export const PWN = "console.log('ran'),alert(1)"
const ELSEWHERE = 'http://127.0.0.2'

export const markup = [
    // Scripts, whole and broken
    ['script', `before <script>${PWN}</script> after`, 'after'],
    ['script-block', `<script>\n${PWN}\n</script>\n\nafter`, 'after'],
    ['script-elsewhere', `<script src="${ELSEWHERE}/x.js"></script>\n\nafter`, 'after'],
    ['script-in-script', `<scr<script>ipt>${PWN}</scr</script>ipt>\n\nafter`, 'after'],
    ['script-case', `<ScRiPt >${PWN}</sCrIpT >\n\nafter`, 'after'],
    ['script-slash', `<script/src="${ELSEWHERE}/x.js">\n\nafter`, 'after'],
    ['script-module', `<script type=module>import '${ELSEWHERE}/x.js'</script>\n\nafter`, 'after'],
    ['script-unclosed', `text <script>${PWN}`, 'text'],
    ['script-in-comment', `<!--><script>${PWN}</script>-->\n\nafter`, 'after'],
    ['script-in-cdata', `<![CDATA[<script>${PWN}</script>]]>\n\nafter`, 'after'],
    ['script-in-instruction', `<?x <script>${PWN}</script> ?>\n\nafter`, 'after'],
    ['script-in-title', `<title><script>${PWN}</script></title>\n\nafter`, 'after'],
    ['script-in-textarea', `<textarea><script>${PWN}</script>\n\nafter`, 'after'],
    ['script-in-noscript', `<noscript><p title="</noscript><script>${PWN}</script>"></noscript>\n\nafter`, 'after'],
    ['script-in-template', `<template><script>${PWN}</script></template>\n\nafter`, 'after'],
    // Handlers
    ['onerror', `<img src="/static/none.png" onerror="${PWN}">\n\nafter`, 'after'],
    ['onerror-unquoted', '<img src=/static/none.png onerror=alert(1)>\n\nafter', 'after'],
    ['onerror-slashes', '<img/src=/static/none.png/onerror=alert(1)//\n\nafter', 'after'],
    ['onclick', `<p onclick="${PWN}">press</p>`, 'press'],
    ['ontoggle', `<details open ontoggle="${PWN}"><summary>fold</summary>text</details>`, 'fold'],
    ['onfocus', `<b onfocus="${PWN}" tabindex=1 autofocus>bold</b>`, 'bold'],
    ['onload', `<body onload="${PWN}">\n\nafter`, 'after'],
    ['onanimation', `<p style="animation: x 1s" onanimationstart="${PWN}">moving</p>`, 'moving'],
    ['on-newline', `<img\nsrc="/static/none.png"\nonerror\n=\n"${PWN}">\n\nafter`, 'after'],
    ['on-entity', '<img src="/static/none.png" on&#101;rror="alert(1)">\n\nafter', 'after'],
    ['on-space', '<img src="/static/none.png" \u00a0onerror="alert(1)"\u2028onload="alert(1)">\n\nafter', 'after'],
    ['event-in-alt', '![" onerror="alert(1)](/static/none.png)\n\nafter', 'after'],
    ['event-in-title', "[text](/ 'a\" onmouseover=\"alert(1)')", 'text'],
    ['event-in-address', '[text](/x"onmouseover="alert(1))', 'text'],
    ['event-in-autolink', '<http://example.org/"onmouseover="alert(1)>', 'example.org'],
    ['event-in-bare-link', 'see http://example.org/"onmouseover="alert(1)" now', 'see http://example.org/'],
    // Addresses that are programs
    ['javascript', '[press](javascript:alert(1))', 'press'],
    ['javascript-case', '[press](JaVaScRiPt:alert(1))', 'press'],
    ['javascript-tab', '[press](<java\tscript:alert(1)>)', 'press'],
    ['javascript-entity', '[press](&#106;avascript&colon;alert(1))', 'press'],
    ['javascript-control', '[press](\x01javascript:alert(1))', 'press'],
    ['javascript-encoded', '[press](javascript%3Aalert%281%29)', 'press'],
    ['javascript-autolink', '<javascript:alert(1)>', 'javascript:alert(1)'],
    ['javascript-reference', '[press][x]\n\n[x]: javascript:alert(1)', 'press'],
    ['javascript-wiki', '[[press|javascript:alert(1)]] [[javascript:alert(1)]]', 'press'],
    ['javascript-image', '![picture](javascript:alert(1))\n\nafter', 'after'],
    ['javascript-html', '<a href="javascript:alert(1)">press</a>', 'press'],
    ['javascript-html-entity', '<a href=" jav&#x09;ascript:alert(1)">press</a>', 'press'],
    ['data', '[press](data:text/html,<script>alert(1)</script>)', 'press'],
    ['data-html', '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">press</a>', 'press'],
    ['vbscript', '<a href="vbscript:alert(1)">press</a>', 'press'],
    ['feed', '[press](feed:javascript:alert(1)) [two](view-source:x) [three](file:///etc/passwd)', 'press'],
    ['image-data-svg', '![picture](data:image/svg+xml,<svg onload=alert(1)>)\n\nafter', 'after'],
    ['image-elsewhere', `![picture](${ELSEWHERE}/i.png)\n\nafter`, 'after'],
    ['address-of-slashes', `[press](//127.0.0.2/x) [two](/\\127.0.0.2/x) [three](\\\\127.0.0.2\\x)`, 'press'],
    // What would load, cover, submit or lead elsewhere
    ['iframe', `<iframe src="${ELSEWHERE}/"></iframe>\n\nafter`, 'after'],
    ['iframe-srcdoc', `<iframe srcdoc="<script>${PWN}</script>"></iframe>\n\nafter`, 'after'],
    ['object', `<object data="${ELSEWHERE}/x"></object><embed src="${ELSEWHERE}/y">\n\nafter`, 'after'],
    ['stylesheet', `<link rel="stylesheet" href="${ELSEWHERE}/z.css">`
        + `<style>@import "${ELSEWHERE}/s";</style>\n\nafter`, 'after'],
    ['style', `<style>body { display: none; background: url(${ELSEWHERE}/a) }</style>\n\nafter`, 'after'],
    ['style-attribute', `<p style="position:fixed;inset:0;background:url(${ELSEWHERE}/b)">over</p>\n\nafter`, 'over'],
    ['base', `<base href="${ELSEWHERE}/">\n\n[after](/)`, 'after'],
    ['refresh', `<meta http-equiv="refresh" content="0;url=${ELSEWHERE}/">\n\nafter`, 'after'],
    ['form', `<form action="${ELSEWHERE}/"><input name=csrf_token>`
        + '<button formaction="javascript:alert(1)">go</button></form>\n\nafter', 'after'],
    ['media', `<video src="${ELSEWHERE}/v" autoplay onerror="${PWN}"></video><audio src=x onerror="${PWN}">\n\nafter`,
        'after'],
    ['srcset', `<img srcset="${ELSEWHERE}/p 2x" src="/static/none.png">\n\nafter`, 'after'],
    ['ping', `<a href="/" ping="${ELSEWHERE}/p" target="_parent">press</a>`, 'press'],
    ['svg', `<svg onload="${PWN}"><script>${PWN}</script><animate onbegin="${PWN}" attributeName=x dur=1s /></svg>`
        + '\n\nafter', 'after'],
    ['svg-link', '<svg><a xlink:href="javascript:alert(1)"><text y=20>press</text></a></svg>\n\nafter', 'after'],
    ['math-breakout', `<math><mtext><table><mglyph><style><!--</style>`
        + `<img title="--&gt;&lt;img src=x onerror=${PWN}&gt;">\n\nafter`, 'after'],
    // What would break the frame
    ['closing-tags', '</article></div></main></div></body></html>\n\nafter', 'after'],
    ['closing-in-list', '- one\n- </ul></li></article>\n- three', 'three'],
    ['open-tags', '<div><div><table><tr><td><b><i>\n\nafter', 'after'],
    ['comment-unclosed', 'before\n\n<!-- the rest is gone', 'before'],
    ['quote-unclosed', 'before <a href="', 'before'],
    ['deep', `${'> '.repeat(400)}down\n\nafter`, 'after'],
    ['brackets', `${'['.repeat(5000)}\n\nafter`, 'after'],
    ['right-to-left', 'before \u202Ereversed\u202C\n\nafter', 'after'],
    ['id-of-the-frame', '## content\n\n<p id="content">one</p>\n\n<a id="preview" name="text">two</a>\n\nafter',
        'after'],
    ['clobber', '<a id="form"></a><img name="elements" alt="x"><a id="content" href="x">body</a>'
        + '\n\n# documentElement\n\nafter', 'after'],
    // Where text goes into an attribute, a title or another language
    ['heading', `# <img src=x onerror="${PWN}"> "quoted' <script>${PWN}</script>\n\n## </a><script>${PWN}</script>\n\n`
        + `text\n\n## "onmouseover="${PWN}\n\n## third\n\ntext`, 'third'],
    ['code', `\`\`\`"><script>${PWN}</script>\n</code></pre><script>${PWN}</script>\n\`\`\`\n\n\`</code><i>\``,
        '</code><i>'],
    ['language', '```c"onmouseover="alert(1)\nint x;\n```\n\nafter', 'int x;'],
    ['mermaid', `\`\`\`mermaid\ngraph TD\nA["<img src=x onerror=${PWN}>"] --> B\nclick A "javascript:alert(1)"\n\`\`\``,
        'graph TD'],
    ['formula', `$\\href{javascript:alert(1)}{x}$ and $</script><script>${PWN}</script>$ after`, 'after'],
    ['properties', `---\ntitle: "</title><script>${PWN}</script>"\n`
        + `"<b onclick=x>": ["</details><script>${PWN}</script>"]\n---\ntext`, 'text'],
    ['footnote', `text[^"><script>${PWN}</script>] and [^x]\n\n[^x]: </section><script>${PWN}</script>`, 'text'],
    ['abbreviation', `*[HTML]: "><script>${PWN}</script>\n\nHTML here`, 'HTML here'],
    ['alert', `> [!NOTE]"><script>${PWN}</script>\n> body\n\nafter`, 'after'],
    ['fold', `>| # <script>${PWN}</script>\n>| body\n\nafter`, 'after'],
    ['block', `::: "onmouseover="${PWN}\n# title\nbody\n:::\n\nafter`, 'after'],
    ['template', '{{title}} {{{html}}} {{>head}} {{#rows}}x{{/rows}} ${alert(1)} <%= 1 %> after', '{{title}}'],
    ['wiki-link', '[["><img src=x onerror=alert(1)>]] [[a|"onmouseover="alert(1)]]\n\nafter', 'after'],
    ['table', `| a | b |\n|---|---|\n| </td></table><script>${PWN}</script> | "onmouseover="x |\n\nafter`, 'after'],
]

// Names of pages; each is a file, has a link on the index, and forms of its own.
export const names = ['<script>alert(1)<script>', '"onmouseover="alert(1)', "'><img src=x onerror=alert(1)>",
    '&lt;b&gt;&quot;', '{{title}}', 'javascript:alert(1)', 'data:text,x', '..%2f..%2fx', '%3Cscript%3E',
    '%00', '%0d%0aX: y', '\u202Egnp.exe', 'a b + c # d', 'what? & why;', '`$(reboot)`', '--help', 'con', '日本語 ½ 🍏',
    'e\u0301 and \u00e9', 'w'.repeat(200), '\u200b', '!@$^*()_=[]{}|;,']

// What is typed into a field of a form and comes back in the answer.
export const typed = ['"><script>alert(1)</script>', "' autofocus onfocus=alert(1) x='",
    '</textarea><script>alert(1)</script>', '</title><img src=x onerror=alert(1)>', '&quot;&lt;script&gt;',
    '{{csrf}}{{{html}}}', '\u202e\u2066reversed',
    '%22%3E%3Cb%3E', 'a\\"b\\\\c', '<!--', '\ufeff\u200b!', '${7*7}<%= 7*7 %>', '\u0007bell\u001b[31m']

// Addresses that somebody may be given to press.
export const addresses = [
    ['/?<script>alert(1)</script>', 200], ['/?revision=<script>alert(1)</script>', 404],
    ['/apples?revision=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E', 404],
    ['/%3Cscript%3Ealert(1)%3C/script%3E', 404], ['/%22onmouseover=%22alert(1)', 404],
    ['/apples/view/%3Cscript%3E', 404], ['/apples/edit?section=%3Cscript%3Ealert(1)%3C/script%3E', 200],
    ['/apples/diff/%3Cb%3E/%3Ci%3E', 404], ['/apples/history?from=%22%3E%3Cscript%3E', 200],
    ['/-/changelog/%3Cscript%3E', 404], ['/-/changelog?from=%22onclick=%22x', 200], ['/-/commit/%3Cscript%3E', 404],
    ['/-/revert/%22%3E%3Cscript%3E', 404], ['/-/index?after=%22%3E%3Cscript%3Ealert(1)%3C/script%3E', 200],
    ['/-/create?pagename=%22%3E%3Cscript%3E', 200], ['/-/%3Cscript%3E', 404], ['/-/help/%3Cscript%3E', 200],
    ['/static/%3Cscript%3E', 404], ['/apples/a/%3Cimg%20src=x%20onerror=alert(1)%3E', 404],
    ['/javascript:alert(1)', 404], ['//127.0.0.2/x', 404], ['/%5C127.0.0.2', 400], ['/..%2f..%2fetc%2fpasswd', 400],
    ['/apples%00.md', 400], ['/%0d%0aSet-Cookie:%20x=y', 400], ['/%ff%fe', 400],
]
