"""The register of personal data: what is kept, what for, how long, and who gets it.

The privacy page is drawn from it, and times come from the constants that the pruning itself reads, so that the page
cannot promise what the code does not keep. Whoever adds a model about people adds its row: a test asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from affiliate.tracking.api import BOTS_KEPT, CLICKS_KEPT


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of the table, in words for readers."""

    what: Any
    fields: Any
    purpose: Any
    ground: Any
    time: Any
    receiver: Any
    models: tuple[str, ...] = ()
    """`app.Model` of each table that the row speaks of."""


def days(time: timedelta) -> Any:
    """`400 days`, in the reader's language."""
    return format_lazy("{n} {unit}", n=time.days, unit=_("days"))


NOBODY = _("Nobody.")
CONTRACT = _("Contract with the author (PIPL 13.2)")
DUTY = _("Duty by law (PIPL 13.3)")
NEEDED = _("Needed for the service asked for (PIPL 13.2)")
CONSENT = _("Your consent (PIPL 13.1)")

REGISTER = (
    Kept(
        what=_("Visit of a purchase link"),
        fields=_(
            "Random token, link, time, kind of visit, host of the page before, app and platform. "
            "In place of the address a hash whose salt is thrown away daily."
        ),
        purpose=_("To credit the author of a post with an order, and to tell readers from robots."),
        ground=NEEDED,
        time=format_lazy(_("{readers}; visits of robots {robots}"), readers=days(CLICKS_KEPT), robots=days(BOTS_KEPT)),
        receiver=_("The shop's affiliate network gets the random token, and nothing that names you."),
        models=("tracking.Click", "tracking.VisitorSalt"),
    ),
    Kept(
        what=_("Order line"),
        fields=_(
            "What was bought, amounts, states, token. Buyers' names, phones and addresses are dropped on arrival."
        ),
        purpose=_("To pay authors and to prove it."),
        ground=DUTY,
        time=_("As long as accounting and tax law demand, at present ten years."),
        receiver=_("The author sees the lines that are credited to them."),
        models=(
            "earnings.Order",
            "earnings.Conversion",
            "earnings.LedgerAccount",
            "tracking.AuthorCode",
            "tracking.SlotLoan",
        ),
    ),
    Kept(
        what=_("Account"),
        fields=_("User name, name, e-mail address, password as a hash, time of the last login."),
        purpose=_("To log in and to be reached about one's posts and money."),
        ground=CONTRACT,
        time=_("Until the account is closed."),
        receiver=NOBODY,
        models=("people.User", "people.Agency", "people.Handle", "config.AccountClosing"),
    ),
    Kept(
        what=_("Application and invitation"),
        fields=_("Pen name, handle, your words, conflicts of interest, e-mail address, what was decided and why."),
        purpose=_("To decide who writes here, and to answer for it."),
        ground=CONTRACT,
        time=_("Until the account is closed."),
        receiver=NOBODY,
        models=("people.Application", "people.Invitation"),
    ),
    Kept(
        what=_("Mail to you"),
        fields=_("Address, subject, content (encrypted), when it was sent or why it could not be."),
        purpose=_("To tell you what concerns your account, posts and money."),
        ground=CONTRACT,
        time=_("The content until it is sent; address and subject 30 days."),
        receiver=_("The mail server that carries it."),
        models=("config.OutgoingMail",),
    ),
    Kept(
        what=_("Consent"),
        fields=_("What you agreed to, in which words, when, and when you took it back."),
        purpose=_("Proof that you were asked."),
        ground=DUTY,
        time=_("Until the account is closed."),
        receiver=NOBODY,
        models=("people.Consent",),
    ),
    Kept(
        what=_("Tax identity and income"),
        fields=_("Name and number of your identity card or company (encrypted, apart), and what you earned a quarter."),
        purpose=_("To report income to the tax authority, where the operator must."),
        ground=DUTY,
        time=_("As long as accounting and tax law demand, at present ten years."),
        receiver=_("The tax authority."),
        models=("earnings.TaxIdentity", "earnings.IncomeRecord"),
    ),
    Kept(
        what=_("Author's profile"),
        fields=_("Name, handle, picture, introduction, conflicts of interest: public by purpose."),
        purpose=_("So that readers know who recommends and what that person has to do with it."),
        ground=CONTRACT,
        time=_("As long as posts or money carry the name; then the name is replaced by a number."),
        receiver=_("Everybody who reads the site."),
        models=("people.Author", "tracking.Placement"),
    ),
    Kept(
        what=_("Advertising file"),
        fields=_("What was shown as advertising, in which words, by whom, from when to when, and who let it pass."),
        purpose=_("Proof that the advertising rules were kept."),
        ground=DUTY,
        time=_("Three years after the last day it was shown (Advertising Law 34)."),
        receiver=_("Market supervision, where it asks."),
        models=(
            "moderation.AdRecord",
            "moderation.CheckRun",
            "moderation.CheckOverride",
            "moderation.FeaturedSlot",
        ),
    ),
    Kept(
        what=_("Failed login"),
        fields=_("Name that was tried, time, a keyed hash in the place of the address."),
        purpose=_("To slow down who guesses passwords."),
        ground=NEEDED,
        time=_("A quarter of an hour, then thrown away within the hour."),
        receiver=NOBODY,
        models=(),
    ),
    Kept(
        what=_("Language, if you choose one"),
        fields=_("One cookie that says Chinese or English."),
        purpose=_("To show pages in that language."),
        ground=NEEDED,
        time=_("A year in your browser."),
        receiver=NOBODY,
        models=(),
    ),
)
