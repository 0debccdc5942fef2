/** Look of the page: light and dark, from a phone's width up. */
export const docsStyle = `
:root {
  color-scheme: light dark;
  --ground: #fbfbf9; --raised: #fff; --ink: #1d2327; --faint: #5a656d; --line: #dfe3e6;
  --link: #0b5fa5; --code: #f1f3f4; --mark: #fff3c4;
  --get: #0b6e4f; --post: #0b5fa5; --put: #7a4b00; --delete: #a4161a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181b; --raised: #1b2024; --ink: #e4e8ea; --faint: #9aa6ae; --line: #313a40;
    --link: #7cc0ff; --code: #22292e; --mark: #4a3d0a;
    --get: #63d2a8; --post: #7cc0ff; --put: #f0b85a; --delete: #ff8f8a;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0 auto; max-width: 84rem; padding: 0 1rem 6rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
a { color: var(--link); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: .2rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--raised); padding: .5rem 1rem; z-index: 1; }
header { padding: 2rem 0 1rem; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 2rem; letter-spacing: -.02em; }
h1 span { color: var(--faint); font-weight: 400; font-size: 1.1rem; letter-spacing: 0; }
header p { margin: .25rem 0 0; color: var(--faint); }
h2 { margin: 3rem 0 .25rem; font-size: 1.5rem; letter-spacing: -.01em; }
h3 { margin: 0; font-size: 1.05rem; font-weight: 600; display: flex; gap: .6rem; align-items: baseline; }
h3 a { color: inherit; text-decoration: none; overflow-wrap: anywhere; }
h3 a:hover { text-decoration: underline; }
h4 { margin: 1.25rem 0 .35rem; font-size: .8rem; color: var(--faint); font-weight: 600; }
code, pre { font: .9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { background: var(--code); padding: .1em .3em; border-radius: .25rem; overflow-wrap: anywhere; }
h3 code { background: none; padding: 0; font-size: 1em; }
var { font-style: normal; color: var(--put); }
pre { margin: 0; padding: .8rem 1rem; background: var(--code); border-radius: .5rem; overflow-x: auto; font-size: .85rem; }
pre code { background: none; padding: 0; overflow-wrap: normal; font-size: inherit; }
b.get, b.post, b.put, b.patch, b.delete { font: 600 .72rem/1.4 ui-monospace, Menlo, Consolas, monospace; letter-spacing: .03em; }
b.get { color: var(--get); } b.post { color: var(--post); }
b.put, b.patch { color: var(--put); } b.delete { color: var(--delete); }
article {
  margin: 1.25rem 0; padding: 1.1rem 1.25rem 1.25rem;
  background: var(--raised); border: 1px solid var(--line); border-radius: .75rem;
}
article:target { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.summary { margin: .35rem 0 0; display: block; }
.who {
  display: inline-block; margin-left: .6rem; padding: 0 .55rem; border: 1px solid var(--line);
  border-radius: 1rem; font-size: .78rem; color: var(--faint); white-space: nowrap;
}
.who.admin { color: var(--put); border-color: currentColor; }
.who.open { color: var(--get); border-color: currentColor; }
.notes { margin-top: .5rem; padding-left: .9rem; border-left: 3px solid var(--line); color: var(--faint); }
.notes p, .notes ul { margin: .3rem 0; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th { text-align: left; font-weight: 600; color: var(--faint); font-size: .8rem; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td:first-child { min-width: 9rem; }
@media (min-width: 40rem) { td:first-child code { white-space: nowrap; } }
small { color: var(--faint); }
.texts { margin: 0; padding: 0; list-style: none; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; padding: .35rem 0; }
nav { padding: .5rem 0; border-bottom: 1px solid var(--line); }
nav h2 { margin: .2rem 1rem .2rem 0; font-size: .85rem; display: inline-block; }
nav h2 a { color: var(--ink); text-decoration: none; }
nav ul { display: none; margin: 0; padding: 0; list-style: none; font-size: .82rem; }
nav li a {
  display: grid; grid-template-columns: 3.4rem 1fr; padding: .2rem 0; color: var(--faint);
  text-decoration: none; overflow-wrap: anywhere; line-height: 1.35;
}
nav a:hover span, nav h2 a:hover { color: var(--link); text-decoration: underline; }
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); column-gap: 2.5rem; padding: 0 2rem 6rem; }
  header { grid-column: 1 / -1; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 1rem .5rem 3rem 0; border: 0; }
  nav h2 { margin: 1rem 0 .2rem; display: block; }
  nav ul { display: block; }
}
@media print { nav { display: none; } article { break-inside: avoid; border: 0; padding: 0; } }
`;
