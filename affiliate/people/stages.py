"""The step of a login in which an address is confirmed."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage


class ConfirmStage(EmailVerificationStage):  # type: ignore[misc]
    """Who signed up must show that the address is theirs. Whom an operator made, or a command, need not."""

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if not self.login.signup and user is not None and not must_confirm(user):
            return None, True
        handled: tuple[Any, bool] = super().handle()
        return handled


def must_confirm(user: Any) -> bool:
    """Whether the user applied by themselves and has confirmed no address yet."""
    return user.applications.exists() and not EmailAddress.objects.filter(user_id=user.pk, verified=True).exists()
