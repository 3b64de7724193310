"""The look of the HTML report: the product's own colours in light and dark, and the shapes of the states."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--win:#F1F3F6;--surface:#FFFFFF;--sunken:#F6F7F9;--line:#E0E4EA;--t1:#18202B;--t2:#465161;
--t3:#616C7C;--ok:#0A7B63;--okbg:#E9F6F1;--okline:#B5DDCF;--warn:#8A5A00;--warnfill:#E8A317;--warnbg:#FEF6E3;
--warnline:#F0D9A3;--err:#BB2D16;--errbg:#FDF0ED;--errline:#F2C6BC;--on:#FFFFFF;--onwarn:#2A1C00;--accent:#3457D5}
@media (prefers-color-scheme:dark){:root{--win:#14171C;--surface:#1B1F26;--sunken:#15181E;--line:#2D343F;--t1:#E7EAF0;
--t2:#B3BCC9;--t3:#909BAB;--ok:#57D4BC;--okbg:#16302A;--okline:#265648;--warn:#F0C25E;--warnfill:#F0C25E;
--warnbg:#2C2619;--warnline:#574825;--err:#FA7A64;--errbg:#2E1E1F;--errline:#64372F;--on:#10142A;--onwarn:#2A1C00;
--accent:#8FA8FF}}
*{box-sizing:border-box}
body{margin:0;background:var(--win);color:var(--t1);
font:15px/1.55 system-ui,"Segoe UI","Microsoft YaHei UI","PingFang SC","Noto Sans CJK SC",sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:1080px;margin:0 auto;padding:24px 20px 48px}
article{margin-bottom:40px}
.card{background:var(--surface);border:1px solid var(--line);border-radius:8px;margin-bottom:12px;overflow:hidden}
.head{padding:20px;display:grid;grid-template-columns:auto 1fr;gap:4px 14px}
.head svg{width:30px;height:30px;margin-top:3px}
.works .head{background:var(--okbg)} .works .first{border-color:var(--okline)}
.warning .head{background:var(--warnbg)} .warning .first{border-color:var(--warnline)}
.broken .head,.crashed .head{background:var(--errbg)} .broken .first,.crashed .first{border-color:var(--errline)}
h1{font-size:1.47em;line-height:1.3;margin:0;overflow-wrap:anywhere}
h2{font-size:1em;color:var(--t2);margin:0 0 8px}
h3{font-size:.93em;margin:16px 0 4px}
p{margin:4px 0;overflow-wrap:anywhere}
.chip{border:1px solid var(--line);border-radius:11px;padding:0 10px;background:var(--surface);color:var(--t1)}
.chip.who{font-weight:600}
.part{padding:16px 20px;border-top:1px solid var(--line)}
.part:first-child{border-top:0}
ol,ul{margin:4px 0;padding-left:1.6em} li{margin:4px 0;overflow-wrap:anywhere}
.chips{grid-column:2;display:flex;flex-wrap:wrap;gap:8px;margin:8px 0 0;padding:0;list-style:none;color:var(--t2);
font-size:.87em} .chips li{margin:0}
pre{background:var(--sunken);border:1px solid var(--line);border-radius:6px;padding:8px 12px;margin:6px 0;
overflow-x:auto;font:13px/1.5 ui-monospace,"Cascadia Mono",Consolas,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
pre code{user-select:all}
code,.mono{font-family:ui-monospace,"Cascadia Mono",Consolas,"SF Mono",Menlo,"DejaVu Sans Mono",monospace;
font-size:.9em;overflow-wrap:anywhere}
.faint{color:var(--t3)}
.why{display:block}
.platform{color:var(--t3);font-size:.87em;margin-top:6px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:7px 10px;border-top:1px solid var(--line)}
th{color:var(--t3);font-weight:500;font-size:.87em;border-top:0}
td.ms{white-space:nowrap;text-align:right;color:var(--t2)}
td.state{white-space:nowrap;font-size:.87em}
td.state svg,.line svg{width:16px;height:16px;vertical-align:-3px;margin-right:6px}
td.bar{width:22%} td.bar svg{width:100%;height:12px;display:block}
tr.skipped td,tr.cancelled td{color:var(--t3)}
tr.failed td.seen{color:var(--err)}
summary{cursor:pointer} details table{font-size:.87em;margin-top:6px}
details td{padding:2px 10px 2px 0;border:0;overflow-wrap:anywhere}
footer{color:var(--t3);font-size:.87em;margin-top:8px}
.fill-ok{fill:var(--ok)}.fill-warn{fill:var(--warnfill);stroke:var(--warn)}.fill-err{fill:var(--err)}
.on{stroke:var(--on);stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;fill:none}
.onwarn{stroke:var(--onwarn);stroke-width:1.7;stroke-linecap:round}.fill-onwarn{fill:var(--onwarn)}
.accent{stroke:var(--accent);stroke-width:1.5;fill:none}.fill-accent{fill:var(--accent)}
.quiet{stroke:var(--t3);stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round;fill:none}.fill-quiet{fill:var(--t3)}
@media (max-width:700px){td.bar,th.bar,td.layer,th.layer{display:none}}
@media print{body{background:none}main{max-width:none;padding:0}.card{break-inside:avoid}details{display:block}}
"""

_OCTAGON = "M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"
_DASH = '<path d="M5.8 8h4.4" class="quiet"/>'
_SHAPES = {
    "works": '<circle cx="8" cy="8" r="7" class="fill-ok"/><path d="M4.8 8.3l2.2 2.2 4.2-4.6" class="on"/>',
    "warning": (
        '<path d="M8 1.3L15.3 14.2H.7z" class="fill-warn"/><path d="M8 5.6v4.2" class="onwarn"/>'
        '<circle cx="8" cy="12" r="1" class="fill-onwarn"/>'
    ),
    "broken": f'<path d="{_OCTAGON}" class="fill-err"/><path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" class="on"/>',
    "undecided": (
        '<path d="M8 1.2L14.8 8 8 14.8 1.2 8z" class="quiet"/><circle cx="8" cy="10.7" r=".8" class="fill-quiet"/>'
        '<path d="M6.6 6.7c0-.9.6-1.4 1.4-1.4s1.4.5 1.4 1.2c0 1-1.4 1.1-1.4 2.1" class="quiet"/>'
    ),
    "skipped": f'<circle cx="8" cy="8" r="6" class="quiet" stroke-dasharray="2.2 2.51"/>{_DASH}',
    "stopped": f'<rect x="2.5" y="2.5" width="11" height="11" rx="1.5" class="quiet"/>{_DASH}',
    "deciding": ('<circle cx="8" cy="8" r="6.3" class="accent"/><circle cx="8" cy="8" r="2.6" class="fill-accent"/>'),
    "info": (
        '<circle cx="8" cy="8" r="6.3" class="quiet"/><path d="M8 7.3v3.7" class="quiet"/>'
        '<circle cx="8" cy="5" r=".9" class="fill-quiet"/>'
    ),
}
_SAME = {"passed": "works", "failed": "broken", "crashed": "broken", "cancelled": "stopped"}

DEFINITIONS = (
    '<svg width="0" height="0" aria-hidden="true"><defs>'
    + "".join(f'<symbol id="s-{name}" viewBox="0 0 16 16">{drawing}</symbol>' for name, drawing in _SHAPES.items())
    + "</defs></svg>"
)


def shape(state: str) -> str:
    """The silhouette of a state; the word for it always stands beside."""
    return f'<svg aria-hidden="true"><use href="#s-{_SAME.get(state, state)}"/></svg>'
