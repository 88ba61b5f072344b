"""Which form of its link a reader is given, by where the reader is. The choice is data: the most exact row wins."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

ANY_NETWORK = "*"


class Form(StrEnum):
    """What a tracked link answers with."""

    WEB = "web"
    """Straight on to the shop's web page: in one hop, as everywhere where no row says anything else."""
    HELP = "help"
    """The helping page: the 口令 where there is one, the browser, another device."""
    APP = "app"
    """The page whose button opens the shop's app, with the web page beside it. Without an app link: as WEB."""


class FormRules:
    """The rows of one moment: never changed, so any thread may ask. What was found once is one look-up from then on."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]] = ()) -> None:
        """Rows of app, platform ("": every one), network ("*": every one) and form; an unknown form counts as WEB."""
        known = {form.value: form for form in Form}
        self._rows = {(app, platform, network): known.get(form, Form.WEB) for app, platform, network, form in rows}
        self._chosen: dict[tuple[str, str, str], Form] = {}

    def form(self, app: str, platform: str, network: str) -> Form:
        """The form for one network's links in this app on this platform; WEB where no row speaks of it."""
        asked = (app, platform, network)
        found = self._chosen.get(asked)
        if found is None:
            found = self._chosen[asked] = self._most_exact(app, platform, network)
        return found

    def _most_exact(self, app: str, platform: str, network: str) -> Form:
        for key in (
            (app, platform, network),
            (app, "", network),
            (app, platform, ANY_NETWORK),
            (app, "", ANY_NETWORK),
        ):
            if key in self._rows:
                return self._rows[key]
        return Form.WEB
