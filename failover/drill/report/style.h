// The page's style sheet: light and dark, no font or picture from anywhere else.
#ifndef TIDEMARK_FAILOVER_DRILL_REPORT_STYLE_H_
#define TIDEMARK_FAILOVER_DRILL_REPORT_STYLE_H_

namespace tidemark::failover {

inline constexpr char kStyle[] = R"(
:root { color-scheme: light dark; --bg: #fbfbf9; --card: #ffffff; --ink: #1c2430; --soft: #5d6877;
  --line: #dfe3e8; --bar: #4c78a8; --back: #0f8a6d; --tint: #0f8a6d1c; --good: #0b7a5e;
  --bad: #b3261e; --s1: #2f6fb3; --s2: #0f8a6d; --s3: #b7791f; --s4: #8a4fb0; }
@media (prefers-color-scheme: dark) { :root { --bg: #12161c; --card: #1a2028; --ink: #e6eaf0;
  --soft: #9aa6b5; --line: #2d3641; --bar: #7aa6d6; --back: #3cc7a0; --tint: #3cc7a022;
  --good: #4fd6ae; --bad: #ff8a80; --s1: #7ab4f5; --s2: #3cc7a0; --s3: #f0b65a;
  --s4: #cf9cf0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 17px; margin: 36px 0 12px; }
p.sub { color: var(--soft); margin: 0 0 28px; }
.badge { display: inline-block; border-radius: 999px; padding: 2px 14px; font-size: 15px;
  font-weight: 600; border: 1.5px solid currentColor; vertical-align: 4px; margin-left: 10px; }
.good { color: var(--good); } .bad { color: var(--bad); } .none { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 16px 18px; }
.card b { display: block; font-size: 22px; line-height: 1.35; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: 14px; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 14px 18px; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 640px; height: auto; }
svg text { fill: var(--ink); font-size: 13px; font-family: inherit; }
svg text.soft { fill: var(--soft); font-size: 12px; }
svg text.back { fill: var(--back); font-weight: 600; }
svg .bar { fill: var(--bar); } svg .bar.back { fill: var(--back); } svg .tint { fill: var(--tint); }
svg .tick { stroke: var(--line); }
svg .dns { stroke: var(--s1); fill: var(--s1); } svg .dnssec { stroke: var(--s2); fill: var(--s2); }
svg .rdap { stroke: var(--s3); fill: var(--s3); } svg .whois { stroke: var(--s4); fill: var(--s4); }
svg path.dns, svg path.dnssec, svg path.rdap, svg path.whois { fill: none; stroke-width: 2; }
svg text.key { stroke: none; font-size: 12px; }
svg .limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg text.limit { stroke: none; fill: var(--bad); font-size: 12px; }
svg .miss { stroke: var(--bad); stroke-width: 2; fill: none; }
svg .span { fill: none; stroke: var(--back); stroke-width: 1.5; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { text-align: left; padding: 7px 10px; border-bottom: 1px solid var(--line);
  font-size: 15px; }
th { color: var(--soft); font-weight: 500; } td.n, th.n { text-align: right; }
tr:last-child td { border-bottom: 0; }
code { font-size: 13px; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 20px; }
)";

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_REPORT_STYLE_H_
