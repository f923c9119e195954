#!/bin/bash
# Records traces/ anew: builds the services, runs them on loopback, sends the load of ../tools/load.py.
set -euo pipefail
cd "$(dirname "$0")"
export BROKER_URL=http://127.0.0.1:18090 USER_URL=http://127.0.0.1:18081 PAYMENT_URL=http://127.0.0.1:18082 \
  SUBSCRIPTION_URL=http://127.0.0.1:18083 ENTITLEMENT_URL=http://127.0.0.1:18084 \
  ARTICLE_URL=http://127.0.0.1:18085 COMMENT_URL=http://127.0.0.1:18086
../tools/record.sh "$PWD" gateway:18080 broker:18090 ms-user:18081:users ms-payment:18082:payments \
  subscription:18083:subscriptions entitlement:18084:entitlements article:18085:content comment:18086:content
gzip -9n traces/article.jsonl
