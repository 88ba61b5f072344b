"""The adapter of 多多进宝: items, links with custom_parameters, orders by the day (Pinduoduo open platform docs)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import BadInput, NetworkError, NotFound, PermissionNeeded, ProtocolError, Reauthorise
from affiliate.networks.exports import ExportProfile
from affiliate.networks.pdd.client import PddClient, compact
from affiliate.networks.pdd.codes import ON_RECORD
from affiliate.networks.pdd.exports import PROFILES
from affiliate.networks.pdd.pages import order_pages
from affiliate.networks.pdd.parsing import sampled, snapshot
from affiliate.networks.pdd.recognise import (
    PAGE_HOST,
    SHORT_HOST,
    SHORT_HOSTS,
    find_items,
    is_number,
    is_sign,
    item_address,
)
from affiliate.networks.reading import rows_of
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

SUB_ID = r"[A-Za-z0-9_-]{1,32}"
UID = r"[A-Za-z0-9_-]{1,13}"
OWN_UID = "zc"
"""Pinduoduo wants the same uid for ever: pid and uid together are put on record (备案) once."""
LEAST_RESULTS, MOST_RESULTS = 10, 100
FOR_RECORD = 10
"""channel_type of the page on which a pid is put on record."""


class PddAdapter(Adapter):
    """多多进宝. Needs no OAuth; the pid must be put on record once before search and links work."""

    slug: ClassVar[str] = "pdd"
    name: ClassVar[str] = "拼多多"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(hours=24),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=10),
        order_history=timedelta(days=90),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED),
        calls_per_second=5.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("CLIENT_ID", "CLIENT_SECRET", "PID")
    optional_keys: ClassVar[tuple[str, ...]] = ("UID",)
    exit_hosts: ClassVar[tuple[str, ...]] = (".yangkeduo.com", ".pinduoduo.com")
    app_schemes: ClassVar[tuple[str, ...]] = ("pinduoduo",)
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = (SHORT_HOST, PAGE_HOST)

    @property
    def _client(self) -> PddClient:
        self.require_credentials()
        return PddClient(self.config, self.transport, now=self._now)

    @property
    def _pid(self) -> str:
        return self.config.get("PID", "").strip()

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    def _of_us(self, sub_id: str | None = None) -> dict[str, str]:
        """custom_parameters: at most 64 bytes of JSON; the uid stays, the sid is the placement's."""
        uid = self.config.get("UID", "").strip() or OWN_UID
        if not re.fullmatch(UID, uid):
            raise Reauthorise(
                "UID must be 1 to 13 letters, digits, hyphens or underscores. Correct it in the settings.",
                network=self.slug,
                code="uid",
            )
        who = {"uid": uid} if sub_id is None else {"uid": uid, "sid": sub_id}
        return {"custom_parameters": compact(who)}

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """A goods_sign is asked by goods.detail; a number or a link of Pinduoduo as the keyword of goods.search."""
        if is_sign(ref.item_id):
            fields = {"goods_sign": ref.item_id, "pid": self._pid} | self._of_us()
            rows = rows_of(self._client.call("pdd.ddk.goods.detail", fields).get("goods_details"))
        else:
            rows = self._found({"keyword": self._address(ref), "page": 1, "page_size": LEAST_RESULTS})
        if is_number(ref.item_id):
            rows = [row for row in rows if str(row.get("goods_id") or ref.item_id) == ref.item_id]
        shots = [shot for row in rows if (shot := snapshot(row, self._now(), ref)) is not None]
        if len(shots) != 1:  # several say that it was taken as words: which of them is meant, nobody knows
            raise NotFound(
                "Pinduoduo has no such item.", network=self.slug, code="no_single_item", detail=str(len(shots))
            )
        return shots[0]

    def _address(self, ref: ItemRef) -> str:
        """The address Pinduoduo knows an item by. Raises BadInput for what is none of its items."""
        if address := item_address(ref.item_id):
            return address
        if not ref.item_id and urlsplit(ref.url).hostname in self.short_link_hosts:
            return ref.url
        raise BadInput("This is not an item of Pinduoduo.", network=self.slug, code="item_id", detail=ref.item_id[:80])

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(LEAST_RESULTS, min(page_size, MOST_RESULTS))
        rows = self._found({"keyword": query.strip()[:200], "page": max(page, 1), "page_size": size})
        return list(sampled(rows, self._now()))

    def _found(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._client.call("pdd.ddk.goods.search", fields | {"pid": self._pid} | self._of_us())
        return rows_of(answer.get("goods_list"))

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make the link. The landing page holds the coupon by itself. Where Pinduoduo wants every sid put on record of
        its own, the pid stands in, and the answer says so.
        """
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "Pinduoduo carries sub-IDs of 1 to 32 letters, digits, hyphens and underscores.",
                network=self.slug,
                code="sub_id",
            )
        try:
            return self._link(ref, sub_id)
        except NetworkError as error:
            if sub_id is None or error.template != ON_RECORD:
                raise
            return self._link(ref, None)

    def _link(self, ref: ItemRef, sub_id: str | None) -> AffiliateLink:
        if is_sign(ref.item_id):
            fields = {
                "p_id": self._pid,
                "goods_sign_list": [ref.item_id],
                "generate_short_url": True,
                "generate_schema_url": True,
                "generate_we_app": True,
            }
            answer = self._client.call("pdd.ddk.goods.promotion.url.generate", fields | self._of_us(sub_id))
            made = rows_of(answer.get("goods_promotion_url_list"))
        else:
            fields = {"pid": self._pid, "source_url": self._address(ref), "generate_schema_url": True}
            answer = self._client.call("pdd.ddk.goods.zs.unit.url.gen", fields | self._of_us(sub_id))
            made = [answer]
        return self._affiliate_link(ref, sub_id, made[0] if made else {})

    def _affiliate_link(self, ref: ItemRef, sub_id: str | None, data: Mapping[str, Any]) -> AffiliateLink:
        """`mobile_url` opens the app where there is one, as Pinduoduo demands; the others stand in for it."""
        url = next(
            (u for key in ("mobile_url", "url", "mobile_short_url", "short_url") if (u := self._ours(data, key))), ""
        )
        if not url:
            raise ProtocolError(
                "Pinduoduo's answer holds no link that can be used.",
                network=self.slug,
                code="no_link",
                detail=str(data.get("mobile_url") or data.get("url") or "")[:200],
            )
        schema = str(data.get("schema_url") or "")
        return AffiliateLink(
            ref=ref,
            url=url,
            sub_id=sub_id,
            short_url=self._ours(data, "mobile_short_url") or self._ours(data, "short_url"),
            deeplink=schema if re.fullmatch(r"pinduoduo://[!-~]{1,1900}", schema) else "",
            mini_program=mini_program(data.get("we_app_info")),
            ad_slot="" if sub_id is not None else self._pid,
        )

    def _ours(self, data: Mapping[str, Any], key: str) -> str:
        """The address under this key, where it is on a host of Pinduoduo that every browser reads as we do."""
        url = str(data.get(key) or "")
        return url if host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts) else ""

    def orders(self, window: Window) -> Iterator[OrderPage]:
        """By last change; by payment where CREATED is asked for, since there is no query by the moment of ordering."""
        if window.time_type not in self.capabilities.order_time_types:
            raise BadInput("Pinduoduo has no orders by this time.", network=self.slug, code="time_type")
        return order_pages(self._client, window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def on_record(self) -> bool:
        """Whether this pid and uid are put on record (备案)."""
        answer = self._client.call("pdd.ddk.member.authority.query", {"pid": self._pid} | self._of_us())
        return str(answer.get("bind")) == "1"

    def record_url(self) -> str:
        """The address that, opened once in the Pinduoduo app, puts pid and uid on record; "" where there is none."""
        fields = {"p_id_list": [self._pid], "channel_type": FOR_RECORD, "generate_short_url": True}
        answer = self._client.call("pdd.ddk.rp.prom.url.generate", fields | self._of_us())
        made = rows_of(answer.get("url_list"))
        keys = ("mobile_short_url", "short_url", "mobile_url", "url")
        return next((url for data in made for key in keys if (url := self._ours(data, key))), "")

    def check(self) -> None:
        """Whether the pid is on record: one cheap call. Where it is not, a second one gets the address that does it."""
        if self.on_record():
            return
        raise PermissionNeeded(
            "This pid is not on record at Pinduoduo yet (备案). Open %(url)s once in the Pinduoduo app, confirm, and "
            "test again.",
            network=self.slug,
            code="not_on_record",
            values={"url": self.record_url() or "-"},
        )


def mini_program(info: Any) -> str:
    """`<app id>:<path>` of the WeChat mini program, empty where the answer has none."""
    found = info if isinstance(info, Mapping) else {}
    app_id, path = str(found.get("app_id") or ""), str(found.get("page_path") or "")
    if not re.fullmatch(r"wx[0-9a-z]{8,32}", app_id) or not re.fullmatch(r"[!-~]{3,460}", path):
        return ""
    return f"{app_id}:{path}"
