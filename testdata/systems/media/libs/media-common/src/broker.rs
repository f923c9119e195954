use crate::Failure;
use opentelemetry::trace::TraceContextExt;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::HashMap, env, time::Duration};
use tracing::{Instrument, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The message broker: topics are append-only logs, each subscriber keeps its own offset.
#[derive(Clone)]
pub struct Broker {
    base: String,
    http: Client,
}

#[derive(Serialize, Deserialize)]
struct Message {
    headers: HashMap<String, String>,
    event: Value,
}

impl Broker {
    /// The broker whose address is in `variable`, by default `address`.
    #[must_use]
    pub fn from_env(variable: &str, address: &str) -> Self {
        let base = env::var(variable).unwrap_or_else(|_| address.to_owned());
        Self { base, http: Client::new() }
    }

    /// Appends `event` to `topic`; nobody waits for those who read it.
    pub async fn publish(&self, topic: &str, event: Value) -> Result<(), Failure> {
        let span = info_span!(
            "publish",
            otel.kind = "producer",
            otel.name = %format_args!("send {topic}"),
            messaging.system = "media-broker",
            messaging.operation.type = "send",
            messaging.destination.name = topic,
        );
        let message = Message { headers: media_telemetry::carry(&span), event };
        let sent = self.http.post(self.url(topic)).json(&message).send().instrument(span).await;
        sent?.error_for_status()?;
        Ok(())
    }

    /// Hands every event of `topic` to `handle`, oldest first, for as long as the process lives.
    pub fn subscribe<F, H>(&self, topic: &'static str, group: &'static str, handle: F)
    where
        F: Fn(Value) -> H + Send + Sync + 'static,
        H: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let broker = self.clone();
        tokio::spawn(async move {
            let mut offset = 0;
            loop {
                match broker.read(topic, offset).await {
                    Ok(Some(message)) => {
                        offset += 1;
                        consume(topic, group, &message.headers, handle(message.event)).await;
                    }
                    Ok(None) => {}
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        });
    }

    async fn read(&self, topic: &str, offset: usize) -> Result<Option<Message>, Failure> {
        let url = format!("{}/{offset}", self.url(topic));
        Ok(self.http.get(url).send().await?.json().await?)
    }

    fn url(&self, topic: &str) -> String {
        format!("{}/topics/{topic}", self.base)
    }
}

/// A consumer span begins a trace of its own and links to the producer's.
async fn consume(
    topic: &str,
    group: &str,
    headers: &HashMap<String, String>,
    handled: impl Future<Output = Result<(), Failure>>,
) {
    let span = info_span!(
        parent: None,
        "consume",
        otel.kind = "consumer",
        otel.name = %format_args!("process {topic}"),
        otel.status_code = tracing::field::Empty,
        messaging.system = "media-broker",
        messaging.operation.type = "process",
        messaging.destination.name = topic,
        messaging.consumer.group.name = group,
    );
    let producer = media_telemetry::carried(headers);
    span.add_link(producer.span().span_context().clone());
    if handled.instrument(span.clone()).await.is_err() {
        span.record("otel.status_code", "ERROR");
    }
}
