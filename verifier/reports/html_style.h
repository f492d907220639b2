// Private to verifier/reports: the style of the page, light and dark.
#ifndef TIDEMARK_VERIFIER_REPORTS_HTML_STYLE_H_
#define TIDEMARK_VERIFIER_REPORTS_HTML_STYLE_H_

namespace tidemark::verifier {

inline constexpr char kHtmlStyle[] = R"(
:root { color-scheme: light dark; --bg: #f7f8f6; --card: #ffffff; --ink: #1b2430; --soft: #5b6675;
  --line: #dfe3e7; --bar: #4c78a8;
  --q3: #0b7a5e; --q2: #7fb069; --q1: #e0a030; --q0: #b3261e;
  --pass: #0b7a5e; --fail: #b3261e; --undecided: #6b5a00;
  --critical: #8c1d18; --error: #b3261e; --warning: #945c00; --info: #3d5a80; }
@media (prefers-color-scheme: dark) { :root { --bg: #11151a; --card: #1a2027; --ink: #e5eaf0;
  --soft: #9aa6b5; --line: #2c3540; --bar: #7aa6d6;
  --q3: #2fae8b; --q2: #8fbf7a; --q1: #e6b04a; --q0: #e0635a;
  --pass: #4fd6ae; --fail: #ff8a80;
  --undecided: #e6c34a; --critical: #ff6f66; --error: #ff8a80; --warning: #f0b254;
  --info: #8fb4e0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 64px; }
header { background: var(--card); border: 1px solid var(--line); border-left: 8px solid var(--tone);
  border-radius: 12px; padding: 22px 26px; }
.verdict { display: flex; align-items: center; gap: 14px; color: var(--tone); }
.mark { width: 18px; height: 18px; vertical-align: -3px; margin-right: 6px; }
.verdict .mark { width: 40px; height: 40px; flex: none; margin: 0; }
h1 { font-size: 32px; line-height: 1.15; margin: 0; letter-spacing: -0.015em; }
.sum { margin: 6px 0 0; font-size: 17px; }
.what { color: var(--soft); margin: 2px 0 0; font-size: 14px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 38px 0 12px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 14px 24px;
  margin: 20px 0 0; padding-top: 18px; border-top: 1px solid var(--line); }
dt { color: var(--soft); font-size: 13px; } dd { margin: 0; font-weight: 550;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 6px 18px; overflow-x: auto; }
.pass { --tone: var(--pass); } .fail { --tone: var(--fail); }
.undecided { --tone: var(--undecided); }
.critical { --tone: var(--critical); } .error { --tone: var(--error); }
.warning { --tone: var(--warning); } .info { --tone: var(--info); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { text-align: left; padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line);
  font-size: 15px; vertical-align: top; }
th { color: var(--soft); font-weight: 500; font-size: 13px; } td.n, th.n { text-align: right; }
th[scope=row] { color: var(--ink); font-weight: 400; font-size: 15px; }
td.n { white-space: nowrap; }
tr:last-child > * { border-bottom: 0; }
td small, th small { color: var(--soft); font-size: 12px; display: block; overflow-wrap: anywhere; }
td.bar { width: 30%; padding-top: 13px; } td.bar svg { display: block; width: 100%; height: 10px; }
svg .track { fill: var(--line); } svg .fill { fill: var(--bar); }
svg .loss { fill: var(--q0); } svg .gain { fill: var(--bar); } svg .middle { fill: var(--soft); }
svg .q0 { fill: var(--q0); } svg .q1 { fill: var(--q1); }
svg .q2 { fill: var(--q2); } svg .q3 { fill: var(--q3); }
.panel + .panel { margin-top: 12px; }
.score { display: flex; gap: 26px; align-items: center; flex-wrap: wrap; padding: 18px; }
.score > div { flex: 1; min-width: 260px; } .score p { margin: 0 0 12px; }
.dial { width: 120px; height: 120px; flex: none; }
.dial circle { fill: none; stroke-width: 12; } .dial .track { stroke: var(--line); }
.dial .v0 { stroke: var(--q0); } .dial .v1 { stroke: var(--q1); }
.dial .v2 { stroke: var(--q2); } .dial .v3 { stroke: var(--q3); }
.dial text { font-size: 26px; font-weight: 600; fill: var(--ink); }
.quarters { display: block; width: 100%; height: 14px; border-radius: 4px; }
.legend { list-style: none; margin: 10px 0 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: 4px 22px; font-size: 14px; }
.legend svg { width: 11px; height: 11px; margin-right: 6px; vertical-align: -1px; }
.halves { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr));
  gap: 0 34px; align-items: start; }
.soft { color: var(--soft); }
.differs { color: var(--fail); font-weight: 600; } .equal { color: var(--pass); }
details { background: var(--card); border: 1px solid var(--line); border-left: 5px solid
  var(--tone);
  border-radius: 10px; margin: 0 0 12px; }
summary { cursor: pointer; padding: 12px 18px; display: flex; gap: 6px 12px; flex-wrap: wrap;
  align-items: baseline; }
summary::before { content: "\25b8"; color: var(--soft); }
details[open] > summary::before { content: "\25be"; }
summary code { font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
.badge { color: var(--tone); border: 1.5px solid currentColor; border-radius: 999px;
  font-size: 12px; font-weight: 600; padding: 0 9px; letter-spacing: 0.02em; }
.times { color: var(--soft); font-size: 14px; margin-left: auto; white-space: nowrap; }
.body { padding: 0 18px 14px; overflow-x: auto; } .body p { margin: 0 0 8px; }
.hint { border-left: 3px solid var(--line); padding-left: 12px; }
.clause, .more { color: var(--soft); font-size: 14px; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 13px; }
td.obj { overflow-wrap: anywhere; min-width: 190px; } td.msg { overflow-wrap: anywhere; }
.skips td:first-child { width: 38%; } .skips code { display: inline-block; margin: 0 8px 2px 0; }
footer { color: var(--soft); font-size: 13px; margin-top: 40px; }
@media print { body { background: none; } details > .body { display: block; } }
)";

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_REPORTS_HTML_STYLE_H_
