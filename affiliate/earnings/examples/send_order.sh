body='{"test":true,"order_id":"A1001","line_id":"1","state":"confirmed","currency":"CNY","amount_minor":9900,"commission_minor":792,"sub_id":"","coupon_code":"","placed_at":"2026-11-01T10:00:00+08:00","updated_at":"2026-11-01T10:05:00+08:00"}'
stamp=$(date +%s); nonce=$(openssl rand -hex 12)
sign=$(printf '%s\n%s\n%s' "$stamp" "$nonce" "$body" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
curl -sS "$SITE/postback/direct/" -H "Content-Type: application/json" -H "X-Zhongcao-Merchant: $MERCHANT" \
  -H "X-Zhongcao-Timestamp: $stamp" -H "X-Zhongcao-Nonce: $nonce" -H "X-Zhongcao-Signature: $sign" -d "$body"
