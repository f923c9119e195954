#!/usr/bin/env python3
"""The same few hundred requests for every copy of the platform: load.py http://gateway:8080

Deterministic: requests go out one after another; only times and ids differ between two runs."""
import json, random, sys, time, urllib.error, urllib.request

BASE = sys.argv[1]
draw = random.Random(42)


def ask(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    try:
        urllib.request.urlopen(request, timeout=30).read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {path}: {error.code} {error.read()!r}")


def user():
    return draw.randint(1, 100)


# Writes: 70 subscriptions and 20 cancellations make 90 writes of entitlements, 10 purchases the rest.
for i in range(1, 71):
    ask("POST", "/subscriptions", {"user": i, "plan": "plus"})
for i in range(1, 21):
    ask("DELETE", f"/subscriptions/{i}")
for i in range(1, 11):
    ask("POST", "/purchases", {"user": i, "cents": 199, "purpose": f"article-{i}"})
for i in range(1, 11):
    ask("POST", "/articles", {"title": f"News {i}", "body": "Nothing happened. " * 20, "premium": i % 3 == 0})
for i in range(30):
    ask("POST", "/comments", {"article": draw.randint(1, 48), "user": user(), "text": "Well said."})
time.sleep(2)  # what is asynchronous has happened now

# Reads, mixed as readers mix them.
reads = [("GET", "/users/42/payments")] * 25 + [("GET", f"/users/{user()}/payments") for _ in range(35)]
reads += [("GET", f"/users/{user()}") for _ in range(40)]
reads += [("GET", f"/invoices/{user()}") for _ in range(20)]
reads += [("GET", "/front-page")] * 15
reads += [("GET", f"/comments?article={draw.randint(1, 48)}") for _ in range(20)]
reads += [("GET", f"/articles/{i}?user={i}") for i in range(1, 11)]
reads += [("GET", f"/articles/{draw.randint(1, 48)}?user={user()}") for _ in range(190)]
draw.shuffle(reads)
for read in reads:
    ask(*read)
time.sleep(1)
