/** How the page looks: in the system's letters, light or dark as the system is, down to 320 px. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2027; --soft: #57606a; --rule: #d4d9df;
  --line: #0a58ca; --dot: #6ea8fe; --good: #0f6b34; --bad: #a4262c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #161b22; --ink: #e6edf3; --soft: #9aa5b1; --rule: #30363d;
    --line: #79b8ff; --dot: #3b6ea8; --good: #6fdd8b; --bad: #ff9b94;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 1.25rem clamp(0.75rem, 3vw, 2rem) 3rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
}
h1 { font-size: 1.5rem; margin: 0 0 0.25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.75rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0.25rem 0; max-width: 48rem; }
.soft { color: var(--soft); }
dl.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0.75rem;
  margin: 1.25rem 0 0; }
.tiles div, article { background: var(--card); border: 1px solid var(--rule); border-radius: 0.5rem;
  padding: 0.75rem 1rem; }
dt { color: var(--soft); font-size: 0.875rem; }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr));
  gap: 0.75rem; }
h4 { font-size: 0.875rem; font-weight: 600; margin: 0.75rem 0 0; color: var(--soft); }
svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--rule); stroke-width: 1; }
.axis { fill: var(--soft); font-size: 11px; }
.dot { fill: var(--dot); }
.line { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round;
  stroke-linecap: round; }
.faster { color: var(--good); } .slower { color: var(--bad); }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--rule);
  border-radius: 0.5rem; }
.scroll:focus-visible { outline: 3px solid var(--line); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0.5rem 0.75rem; color: var(--soft); }
th, td { text-align: left; padding: 0.35rem 0.75rem; white-space: nowrap;
  border-top: 1px solid var(--rule); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; }
.number { text-align: right; }
@media print { body { background: none; } .scroll { overflow: visible; } }
`;
