"""The record of a signature as a paper: PDF by typst, with a code that leads to the page where it is verified.

The same facts give the same bytes: no date of making, and the typefaces that come with typst (they know Vietnamese).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

# what is printed comes in as data: nothing of it is read as markup
PAPER: Final = r"""
#let facts = json(bytes(sys.inputs.facts))
#set document(title: facts.title, date: none)
#set page(paper: "a4", margin: (top: 2cm, bottom: 2cm, left: 3cm, right: 1.5cm), numbering: "1/1")
#set text(font: ("Libertinus Serif", "New Computer Modern"), lang: facts.lang, size: 12pt)
#set par(justify: false, leading: 0.65em)
#grid(columns: (1fr, 3cm), gutter: 1em,
  [#upper(facts.body) \ #v(0.6em) #text(size: 15pt, weight: "bold", facts.title) \ #text(size: 10pt, facts.lead)],
  align(right, image(bytes(sys.inputs.qr), format: "svg", width: 3cm)),
)
#v(0.8em)
#for (name, value) in facts.rows [
  #grid(columns: (5cm, 1fr), gutter: 0.8em, text(fill: luma(90), name), value)
  #v(0.25em)
]
#v(0.6em)
#text(weight: "bold", facts.content_title)
#block(inset: (left: 0.6em), stroke: (left: 0.5pt + luma(150)), text(size: 11pt, facts.result))
#v(0.6em)
#for (name, value) in facts.hashes [
  #text(size: 9pt, fill: luma(90), name) \
  #text(font: "DejaVu Sans Mono", size: 7.5pt, value)
  #v(0.2em)
]
#v(0.6em)
#text(size: 9pt, facts.foot)
"""


def pdf(facts: Mapping[str, Any], address: str) -> bytes:
    """Return the paper of a record; `address` is what the code says."""
    import typst

    inputs = {"facts": json.dumps(facts, ensure_ascii=False, sort_keys=True), "qr": _qr(address)}
    found = typst.compile(PAPER.encode(), format="pdf", sys_inputs=inputs, ignore_system_fonts=True)
    if not isinstance(found, bytes):
        raise TypeError("a PDF is one file")
    return found


def _qr(address: str) -> str:
    import segno

    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, nl=False)
    return out.getvalue().decode()
