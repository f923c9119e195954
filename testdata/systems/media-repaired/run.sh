#!/bin/bash
# Records traces/ anew: builds the services, runs them on loopback, sends the load of ../tools/load.py.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --locked --manifest-path ../media/Cargo.toml --package broker
export BROKER_URL=http://127.0.0.1:18060 USER_URL=http://127.0.0.1:18051 PAYMENT_URL=http://127.0.0.1:18052 \
  SUBSCRIPTION_URL=http://127.0.0.1:18053 ENTITLEMENT_URL=http://127.0.0.1:18054 \
  ARTICLE_URL=http://127.0.0.1:18055 COMMENT_URL=http://127.0.0.1:18056
../tools/record.sh "$PWD" gateway:18050 broker:18060 ms-user:18051:users ms-payment:18052:payments \
  subscription:18053:subscriptions entitlement:18054:entitlements article:18055:articles comment:18056:comments
gzip -9n traces/article.jsonl
