use opentelemetry::KeyValue;
use opentelemetry_proto::transform::{
    common::tonic::ResourceAttributesWithSchema, trace::tonic::group_spans_by_resource_and_scope,
};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use serde_json::{Value, json};
use std::{env, fs::File, io::Write, path::Path, sync::Mutex};

/// Modules whose spans stand for the platform, not for the code that a reader wants to measure.
const PLATFORM: [&str; 2] = ["media_telemetry", "media_common"];

/// Writes each batch of spans as one line of OTLP JSON, as the Collector's file exporter does.
#[derive(Debug)]
pub(crate) struct Recorder {
    file: Mutex<File>,
    resource: ResourceAttributesWithSchema,
}

impl Recorder {
    pub(crate) fn create(service: &str) -> Self {
        let folder = env::var("TRACES_DIR").unwrap_or_else(|_| ".".to_owned());
        let path = Path::new(&folder).join(format!("{service}.jsonl"));
        let file = File::create(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self { file: Mutex::new(file), resource: ResourceAttributesWithSchema::default() }
    }
}

impl SpanExporter for Recorder {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        batch.iter_mut().for_each(locate);
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        let mut line = json!({ "resourceSpans": resource_spans });
        for scope in line["resourceSpans"][0]["scopeSpans"].as_array_mut().into_iter().flatten() {
            scope["spans"].as_array_mut().into_iter().flatten().for_each(omit_defaults);
        }
        let mut file = self.file.lock().expect("no writer panics");
        writeln!(file, "{line}").map_err(|e| OTelSdkError::InternalFailure(e.to_string()))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}

/// Leaves out what says nothing, as the Collector does.
fn omit_defaults(span: &mut Value) {
    let nothing = [json!(0), json!(""), json!([]), json!({ "code": 0, "message": "" })];
    if let Some(fields) = span.as_object_mut() {
        fields.retain(|_, value| !nothing.contains(value));
    }
}

/// Adds the function's full name, as the conventions want it; platform spans lose their place.
fn locate(span: &mut SpanData) {
    let module = span.attributes.iter().find(|a| a.key.as_str() == "code.module.name");
    let Some(module) = module.map(|a| a.value.as_str().into_owned()) else { return };
    let root = module.split("::").next().unwrap_or_default();
    if PLATFORM.contains(&root) {
        span.attributes.retain(|a| !a.key.as_str().starts_with("code.") && a.key.as_str() != "target");
    } else {
        let function = format!("{module}::{}", span.name);
        span.attributes.push(KeyValue::new("code.function.name", function));
    }
}
