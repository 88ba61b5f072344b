"""manage.py worker: background work and the schedule."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Runs tasks in the background and the schedule (order pulls, link renewal, ranking, pruning)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run what is due and every waiting task, then end.")

    def handle(self, *args: Any, **options: Any) -> None:
        from config.worker import orphans, schedule
        from config.worker.supervisor import Supervisor

        if not options["once"]:
            Supervisor().run()
            return
        from django.core.management import call_command

        orphans.take_up_orphans()
        schedule.run_due(schedule.collect())
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0, reload=False)
