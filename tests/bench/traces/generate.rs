//! Realistic traces of any size from a seed.
//!
//! In: a plan. Out: OTLP lines or one Jaeger document.
//! Invariant: the same plan gives the same bytes.
//! Never: clock or system randomness.

use std::io::{self, Write};

/// What to generate.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Seed of everything.
    pub seed: u64,
    /// Stop after this many bytes.
    pub bytes: u64,
    /// Services behind the gateway.
    pub services: u64,
    /// Largest clock offset of a service in microseconds.
    pub skew_us: u64,
}

/// Pseudo-random numbers (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A span before it is written.
struct Span {
    trace: (u64, u64),
    id: u64,
    parent: u64,
    service: usize,
    kind: u8,
    name: String,
    start: u64,
    end: u64,
    failed: bool,
    state: &'static str,
    link: Option<((u64, u64), u64)>,
    attributes: Vec<(&'static str, Value)>,
}

enum Value {
    Text(String),
    Number(u64),
}

const ROUTES: [&str; 8] = [
    "/api/orders/{id}",
    "/api/carts/{id}/items",
    "/api/users/{id}",
    "/api/payments",
    "/api/search",
    "/api/stock/{sku}",
    "/api/prices/{sku}",
    "/api/recommendations",
];
const TABLES: [&str; 6] = ["orders", "carts", "users", "payments", "stock", "prices"];
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36";

/// Makes traces one after another.
pub(crate) struct Generator {
    dice: Dice,
    plan: Plan,
    clock: u64,
    sent: Vec<((u64, u64), u64)>,
}

impl Generator {
    /// A generator for `plan`.
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            dice: Dice(plan.seed),
            plan,
            clock: 1_760_000_000_000_000_000,
            sent: Vec::new(),
        }
    }

    fn trace(&mut self) -> Vec<Span> {
        self.clock += 1_000_000 + self.dice.below(2_000_000);
        let trace = (self.dice.next(), self.dice.next() | 1);
        let state = if self.dice.chance(20) { "ot=th:c" } else { "" };
        let mut spans = Vec::new();
        let consumes = self.dice.chance(10) && !self.sent.is_empty();
        let start = self.clock;
        if consumes {
            self.consume(trace, state, &mut spans);
        } else {
            self.serve(trace, 0, 0, 0, start, state, &mut spans);
        }
        for span in &mut spans {
            let offset = (span.service as u64).wrapping_mul(7919) % (self.plan.skew_us + 1) * 1000;
            (span.start, span.end) = (span.start + offset, span.end + offset);
        }
        spans
    }

    fn span(
        &mut self,
        trace: (u64, u64),
        parent: u64,
        service: usize,
        kind: u8,
        name: String,
        start: u64,
    ) -> Span {
        let id = self.dice.next() | 1;
        let attributes = vec![
            ("thread.id", Value::Number(self.dice.below(64))),
            (
                "thread.name",
                Value::Text(format!("worker-{}", self.dice.below(64))),
            ),
        ];
        Span {
            trace,
            id,
            parent,
            service,
            kind,
            name,
            start,
            end: start,
            failed: false,
            state: "",
            link: None,
            attributes,
        }
    }

    /// One visit to a service; gives its end and whether it failed.
    #[expect(clippy::too_many_arguments, reason = "a generator for measurements")]
    fn serve(
        &mut self,
        trace: (u64, u64),
        parent: u64,
        service: usize,
        depth: u64,
        start: u64,
        state: &'static str,
        out: &mut Vec<Span>,
    ) -> (u64, u64) {
        let number = if depth == 0 {
            self.dice.below(24)
        } else {
            self.dice.below(2) + 2 * (service as u64 % 4)
        };
        let route = ROUTES[(number % 8) as usize];
        let plan = number.wrapping_mul(31).wrapping_add(service as u64);
        let mut span = self.span(trace, parent, service, 2, format!("GET {route}"), start);
        span.state = state;
        let own = span.id;
        let mut now = start + 20_000 + self.dice.below(200_000);
        let fan = if depth == 0 {
            2 + plan % 3
        } else if depth < 5 {
            plan % 3
        } else {
            0
        };
        let inner = self.inner(trace, own, service, now, out);
        now = inner.1;
        for step in 0..fan {
            let target = match plan % 5 {
                0 if depth > 1 => 1,
                _ => 1 + (plan * 7 + step * 11) % self.plan.services,
            };
            now = self.call(
                trace,
                inner.0,
                service,
                target as usize,
                depth,
                now,
                state,
                out,
            );
        }
        let queries = if self.dice.chance(5) {
            12
        } else {
            1 + plan % 2
        };
        for _ in 0..queries {
            now = self.query(trace, inner.0, service, now, out);
        }
        if plan % 10 == 0 {
            now = self.send(trace, inner.0, service, now, out);
        }
        let status = match self.dice.below(100) {
            0 => 503,
            1..=3 => 404,
            _ => 200,
        };
        span.end = now + 5_000 + self.dice.below(50_000);
        span.failed = status == 503;
        span.attributes.extend([
            ("http.request.method", Value::Text("GET".into())),
            ("http.route", Value::Text(route.into())),
            ("http.response.status_code", Value::Number(status)),
            (
                "url.path",
                Value::Text(format!(
                    "{}?page={}",
                    route.replace("{id}", "8812"),
                    self.dice.below(90)
                )),
            ),
            ("user_agent.original", Value::Text(AGENT.into())),
            ("network.protocol.version", Value::Text("1.1".into())),
            (
                "client.address",
                Value::Text(format!(
                    "10.0.{}.{}",
                    self.dice.below(255),
                    self.dice.below(255)
                )),
            ),
        ]);
        let end = span.end;
        out.push(span);
        (end, status)
    }

    fn inner(
        &mut self,
        trace: (u64, u64),
        parent: u64,
        service: usize,
        start: u64,
        out: &mut Vec<Span>,
    ) -> (u64, u64) {
        let step = self.dice.below(4);
        let mut span = self.span(
            trace,
            parent,
            service,
            1,
            format!("Handler{step}.handle"),
            start,
        );
        span.end = start + 10_000_000;
        span.attributes.extend([
            (
                "code.file.path",
                Value::Text(format!("src/service_{service}/handler_{step}.rs")),
            ),
            (
                "code.function.name",
                Value::Text(format!("Handler{step}::handle")),
            ),
            ("code.line.number", Value::Number(10 + step)),
        ]);
        let id = span.id;
        out.push(span);
        (id, start + 10_000)
    }

    #[expect(clippy::too_many_arguments, reason = "a generator for measurements")]
    fn call(
        &mut self,
        trace: (u64, u64),
        parent: u64,
        service: usize,
        target: usize,
        depth: u64,
        start: u64,
        state: &'static str,
        out: &mut Vec<Span>,
    ) -> u64 {
        let mut span = self.span(trace, parent, service, 3, "GET".into(), start);
        span.state = state;
        span.attributes.extend([
            ("http.request.method", Value::Text("GET".into())),
            (
                "url.full",
                Value::Text(format!(
                    "http://service-{target}:8080/api/resource/{}",
                    self.dice.below(1_000_000)
                )),
            ),
            ("server.address", Value::Text(format!("service-{target}"))),
            ("server.port", Value::Number(8080)),
        ]);
        let (end, status) = self.serve(
            trace,
            span.id,
            target,
            depth + 1,
            start + 100_000,
            state,
            out,
        );
        span.attributes
            .push(("http.response.status_code", Value::Number(status)));
        span.failed = status >= 400;
        span.end = end + 100_000;
        let end = span.end;
        out.push(span);
        end
    }

    fn query(
        &mut self,
        trace: (u64, u64),
        parent: u64,
        service: usize,
        start: u64,
        out: &mut Vec<Span>,
    ) -> u64 {
        let table = TABLES[self.dice.below(6) as usize];
        let writes = self.dice.chance(20);
        let statement = if writes {
            format!("UPDATE {table} SET state = ? WHERE id = ?")
        } else {
            format!("SELECT id, name, state, created_at FROM {table} WHERE id = ? AND tenant = ?")
        };
        let verb = if writes { "UPDATE" } else { "SELECT" };
        let mut span = self.span(trace, parent, service, 3, format!("{verb} {table}"), start);
        span.attributes.extend([
            ("db.system.name", Value::Text("postgresql".into())),
            ("db.namespace", Value::Text(format!("db-{}", service % 7))),
            ("db.query.text", Value::Text(statement)),
            (
                "server.address",
                Value::Text(format!("postgres-{}", service % 7)),
            ),
        ]);
        span.end = start + 200_000 + self.dice.below(3_000_000);
        let end = span.end;
        out.push(span);
        end
    }

    fn send(
        &mut self,
        trace: (u64, u64),
        parent: u64,
        service: usize,
        start: u64,
        out: &mut Vec<Span>,
    ) -> u64 {
        let topic = format!("topic-{}", service % 5);
        let mut span = self.span(trace, parent, service, 4, format!("send {topic}"), start);
        span.end = start + 300_000;
        let message = [
            ("messaging.system", Value::Text("kafka".into())),
            ("messaging.destination.name", Value::Text(topic)),
            ("messaging.operation.type", Value::Text("send".into())),
        ];
        span.attributes.extend(message);
        if self.sent.len() < 1000 {
            self.sent.push((trace, span.id));
        }
        let end = span.end;
        out.push(span);
        end
    }

    fn consume(&mut self, trace: (u64, u64), state: &'static str, out: &mut Vec<Span>) {
        let Some((source, id)) = self.sent.pop() else {
            return;
        };
        let service = 1 + self.dice.below(self.plan.services) as usize;
        let mut span = self.span(trace, 0, service, 5, "process message".into(), self.clock);
        span.state = state;
        span.link = Some((source, id));
        span.attributes.extend([
            ("messaging.system", Value::Text("kafka".into())),
            ("messaging.operation.type", Value::Text("process".into())),
            (
                "messaging.consumer.group.name",
                Value::Text(format!("group-{service}")),
            ),
        ]);
        let now = self.query(trace, span.id, service, span.start + 50_000, out);
        span.end = now + 20_000;
        out.push(span);
    }

    /// Writes OTLP lines; a trace's spans are spread over lines, as a collector's batches do it. Gives the spans.
    pub(crate) fn otlp(mut self, out: &mut dyn Write) -> io::Result<u64> {
        let (mut written, mut spans) = (0, 0);
        let mut line = Vec::new();
        while written < self.plan.bytes {
            let mut batch: Vec<Vec<Span>> = (0..=self.plan.services).map(|_| Vec::new()).collect();
            for _ in 0..30 {
                for span in self.trace() {
                    spans += 1;
                    batch[span.service].push(span);
                }
            }
            line.clear();
            line.extend_from_slice(b"{\"resourceSpans\":[");
            for (service, list) in batch
                .iter()
                .enumerate()
                .filter(|(_, list)| !list.is_empty())
            {
                otlp_resource(&mut line, service, list);
            }
            line.pop();
            line.extend_from_slice(b"]}\n");
            out.write_all(&line)?;
            written += line.len() as u64;
        }
        Ok(spans)
    }

    /// Writes one Jaeger document. Gives the spans.
    pub(crate) fn jaeger(mut self, out: &mut dyn Write) -> io::Result<u64> {
        let (mut written, mut spans, mut first) = (0, 0, true);
        out.write_all(b"{\"data\":[")?;
        let mut text = Vec::new();
        while written < self.plan.bytes {
            text.clear();
            let trace = self.trace();
            spans += trace.len() as u64;
            jaeger_trace(&mut text, &trace, first);
            first = false;
            out.write_all(&text)?;
            written += text.len() as u64;
        }
        out.write_all(b"],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}\n")?;
        Ok(spans)
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn otlp_resource(out: &mut Vec<u8>, service: usize, spans: &[Span]) {
    put(
        out,
        format_args!(
            r#"{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"service-{service}"}}}},{{"key":"deployment.environment.name","value":{{"stringValue":"production"}}}},{{"key":"host.name","value":{{"stringValue":"node-{}"}}}},{{"key":"telemetry.sdk.language","value":{{"stringValue":"rust"}}}}]}},"scopeSpans":[{{"scope":{{"name":"io.opentelemetry.http","version":"1.2.0"}},"spans":["#,
            service % 9
        ),
    );
    for span in spans {
        put(
            out,
            format_args!(
                r#"{{"traceId":"{:016x}{:016x}","spanId":"{:016x}","#,
                span.trace.0, span.trace.1, span.id
            ),
        );
        if !span.state.is_empty() {
            put(out, format_args!(r#""traceState":"{}","#, span.state));
        }
        if span.parent != 0 {
            put(
                out,
                format_args!(r#""parentSpanId":"{:016x}","#, span.parent),
            );
        }
        put(
            out,
            format_args!(
                r#""flags":257,"name":"{}","kind":{},"startTimeUnixNano":"{}","endTimeUnixNano":"{}","attributes":["#,
                span.name, span.kind, span.start, span.end
            ),
        );
        for (key, value) in &span.attributes {
            match value {
                Value::Text(text) => put(
                    out,
                    format_args!(r#"{{"key":"{key}","value":{{"stringValue":"{text}"}}}},"#),
                ),
                Value::Number(number) => put(
                    out,
                    format_args!(r#"{{"key":"{key}","value":{{"intValue":"{number}"}}}},"#),
                ),
            }
        }
        out.pop();
        out.extend_from_slice(b"]");
        if let Some((trace, id)) = span.link {
            put(
                out,
                format_args!(
                    r#","links":[{{"traceId":"{:016x}{:016x}","spanId":"{id:016x}"}}]"#,
                    trace.0, trace.1
                ),
            );
        }
        put(
            out,
            format_args!(
                r#","status":{}}},"#,
                if span.failed { r#"{"code":2}"# } else { "{}" }
            ),
        );
    }
    out.pop();
    out.extend_from_slice(b"]}]},");
}

fn jaeger_trace(out: &mut Vec<u8>, spans: &[Span], first: bool) {
    let Some(one) = spans.first() else { return };
    let trace = format!("{:016x}{:016x}", one.trace.0, one.trace.1);
    put(
        out,
        format_args!(
            r#"{}{{"traceID":"{trace}","spans":["#,
            if first { "" } else { "," }
        ),
    );
    for span in spans {
        put(
            out,
            format_args!(
                r#"{{"traceID":"{trace}","spanID":"{:016x}","operationName":"{}","references":["#,
                span.id, span.name
            ),
        );
        if span.parent != 0 {
            put(
                out,
                format_args!(
                    r#"{{"refType":"CHILD_OF","traceID":"{trace}","spanID":"{:016x}"}}"#,
                    span.parent
                ),
            );
        }
        put(
            out,
            format_args!(
                r#"],"startTime":{},"duration":{},"tags":["#,
                span.start / 1000,
                (span.end - span.start) / 1000
            ),
        );
        let kind = [
            "unspecified",
            "internal",
            "server",
            "client",
            "producer",
            "consumer",
        ][span.kind as usize];
        put(
            out,
            format_args!(r#"{{"key":"span.kind","type":"string","value":"{kind}"}},"#),
        );
        if span.failed {
            out.extend_from_slice(br#"{"key":"error","type":"bool","value":true},"#);
        }
        for (key, value) in &span.attributes {
            match value {
                Value::Text(text) => put(
                    out,
                    format_args!(r#"{{"key":"{key}","type":"string","value":"{text}"}},"#),
                ),
                Value::Number(number) => put(
                    out,
                    format_args!(r#"{{"key":"{key}","type":"int64","value":{number}}},"#),
                ),
            }
        }
        out.pop();
        put(
            out,
            format_args!(
                r#"],"logs":[],"processID":"p{}","warnings":null}},"#,
                span.service
            ),
        );
    }
    out.pop();
    out.extend_from_slice(b"],\"processes\":{");
    let mut services: Vec<usize> = spans.iter().map(|span| span.service).collect();
    services.sort_unstable();
    services.dedup();
    for service in services {
        put(
            out,
            format_args!(
                r#""p{service}":{{"serviceName":"service-{service}","tags":[{{"key":"hostname","type":"string","value":"node-{}"}}]}},"#,
                service % 9
            ),
        );
    }
    out.pop();
    out.extend_from_slice(b"},\"warnings\":null}");
}
