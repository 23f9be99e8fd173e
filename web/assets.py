"""What pages load from elsewhere than our own folder: Bootstrap and htmx out of their wheels, and single icons."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

bp = Blueprint("assets", __name__)

YEAR: Final = 365 * 24 * 3600
# name in the address -> package, file in it, kind
FILES: Final = {
    "bootstrap.css": ("flask_bootstrap", "static/bootstrap5/css/bootstrap.min.css", "text/css"),
    "htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js", "text/javascript"),
}
SPRITE: Final = ("flask_bootstrap", "static/bootstrap5/icons/bootstrap-icons.svg")
_SYMBOL: Final = r'<symbol[^>]*\bviewBox="([^"]+)"[^>]*\bid="%s"[^>]*>(.*?)</symbol>'


def init_app(app: Flask) -> None:
    """Serve the files, and give templates `vendor(name)`, `own(name)` and `icon(name)`."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(vendor=vendor_url, own=own_url, icon=icon)


@bp.get("/vendor/<name>")
def vendor(name: str) -> ResponseReturnValue:
    """Send one file of a wheel; its address changes with its content, so browsers keep it for a year."""
    if name not in FILES:
        abort(404)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(_packed(name) if packed else _content(name), mimetype=FILES[name][2])
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.cache_control.public, answer.cache_control.max_age, answer.cache_control.immutable = True, YEAR, True
    return answer


def vendor_url(name: str) -> str:
    """Return the address of a wheel's file, with the mark of its content."""
    return url_for("assets.vendor", name=name, v=_mark(_content(name)))


def own_url(name: str) -> str:
    """Return the address of a file of our own, with the mark of its content."""
    path = Path(current_app.static_folder or "static") / name
    return url_for("static", filename=name, v=_mark_of(path, path.stat().st_mtime_ns))


@cache
def icon(name: str) -> Markup:
    """Return one Bootstrap icon as inline SVG, hidden from readers aloud. Raises KeyError for an unknown name."""
    found = re.search(_SYMBOL % re.escape(name), _sprite(), re.DOTALL)
    if found is None:
        raise KeyError(name)
    box, shapes = found.groups()
    frame = Markup('<svg class="icon" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>')
    return frame.format(box, Markup(shapes))  # noqa: S704  (the wheel's own shapes)


@cache
def _sprite() -> str:
    return _path(*SPRITE).read_text(encoding="utf-8")


@cache
def _content(name: str) -> bytes:
    package, inside, _kind = FILES[name]
    return _path(package, inside).read_bytes()


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_content(name), 9, mtime=0)


def _path(package: str, inside: str) -> Path:
    """Return where a file of a package lies, without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(package)
    return Path(spec.origin).parent / inside


@cache
def _mark_of(path: Path, _changed_at: int) -> str:
    return _mark(path.read_bytes())


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]
