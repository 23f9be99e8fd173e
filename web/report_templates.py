"""The templates that reports are written in: the one in use, the office's own brought and checked, and given back."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accountability.reports import templates
from documents.writers.official import Form
from documents.writers.official_template import ALONE, IN_LINE, NEEDED
from i18n import gettext as _
from terms import N_
from web import again, context, forms
from web.again import Shown, fresh
from web.gate import place
from web.reports import MEDIA, bp
from workflow.errors import Refusal
from workflow.exports import note_export

# form -> what it is called
FORMS = {
    Form.REPORT: N_("paper with the name of its kind (report, form, register)"),
    Form.LETTER: N_("official letter"),
    Form.MINUTES: N_("minutes"),
}


@bp.get("/templates")
@place("report")
def template_list() -> ResponseReturnValue:
    """Show the template of each form, its words, and the form to bring another."""
    return _page(fresh())


@bp.post("/templates")
@place("report")
def bring_template() -> ResponseReturnValue:
    """Take a file as a template once it was checked, or give the built-in one back."""
    try:
        form = again.term(Form, "form", N_("form"))
        if forms.text("act", limit=20) == "built-in":
            templates.give_back(form, by=context.me(), at=context.now())
        else:
            sent = forms.uploads("file")
            upload = again.need(sent[0] if sent else None, N_("the template"))
            templates.bring(form, upload, by=context.me(), at=context.now())
    except Refusal as refusal:
        return again.again(refusal, "template", _page)
    flash(_("New reports are written in it; reports made before keep theirs."), "success")
    return redirect(url_for(".template_list"))


@bp.get("/templates/<which>.docx")
@place("report")
def template_file(which: str) -> ResponseReturnValue:
    """Send the template in use, to be changed in Word."""
    form = next((each for each in Form if each == which), None)
    if form is None:
        raise Refusal("not_found")
    found = templates.present(form)
    note_export(f"report template {form}", by=context.me(), at=context.now())
    headers = {"Content-Disposition": f"attachment; filename=mau-{form}.docx"}
    return Response(found.data, mimetype=MEDIA["docx"], headers=headers)


def _page(shown: Shown) -> str:
    present = [(form, _(words), templates.present(form), NEEDED[form]) for form, words in FORMS.items()]
    return render_template("reports/templates.html", present=present, in_line=IN_LINE, alone=ALONE, shown=shown)
