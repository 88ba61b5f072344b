"""Ways in which every pretended platform misbehaves on the wire."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>欢迎登录</title></head><body>请登录</body></html>"


def respond(handler: BaseHTTPRequestHandler, content: bytes, fault: str, slow_seconds: float) -> None:
    """Send the answer, or what the fault makes of it. A client that has gone away is no news."""
    with contextlib.suppress(OSError):
        if fault == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            handler.connection.close()
            return
        if fault == "slow":
            time.sleep(slow_seconds)
        if fault == "drip_head":
            _drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000, slow_seconds)
            return
        status, headers, content = _spoiled(content, fault)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content) * (2 if fault == "cut_connection" else 1)))
        handler.end_headers()
        if fault == "drip":
            _drip(handler, content, slow_seconds)
        else:
            handler.wfile.write(content)
        if fault == "cut_connection":
            handler.close_connection = True


def _drip(handler: BaseHTTPRequestHandler, content: bytes, seconds: float) -> None:
    """A byte now and then, so that no single read ever times out."""
    ends = time.monotonic() + seconds
    for index in range(len(content)):
        if time.monotonic() > ends:
            handler.wfile.write(content[index:])
            return
        handler.wfile.write(content[index : index + 1])
        handler.wfile.flush()
        time.sleep(0.05)


def _spoiled(content: bytes, fault: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body under a fault."""
    json_type = {"Content-Type": "application/json;charset=UTF-8"}
    match fault:
        case "http_429":
            return 429, {"Retry-After": "0"}, b"{}"
        case "http_429_later":
            return 429, {"Retry-After": "3600"}, b"{}"
        case "http_500" | "http_503":
            return int(fault[-3:]), json_type, b'{"message":"internal"}'
        case "http_302":
            return 302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""
        case "truncated":
            return 200, json_type, content[: len(content) * 2 // 3]
        case "html":
            return 200, {"Content-Type": "text/html;charset=UTF-8"}, LOGIN_PAGE.encode()
        case "empty":
            return 200, json_type, b""
        case "gbk":
            return 200, json_type, '{"error_response":{"zh_desc":"中文"}}'.encode("gbk")
        case "huge":
            return 200, json_type, b"[" + b" " * (6 * 1024 * 1024) + b"]"
        case "not_object":
            return 200, json_type, b"[1, 2, 3]"
    return 200, json_type, content
