//! Azure Application Insights: the tables `requests` and `dependencies`.
//!
//! In: rows as JSON objects, with the names of Application Insights or of Log Analytics; or the answer of a query,
//! `tables[].columns` and `.rows`. Out: spans.
//! Invariant: a request answers, a dependency calls; `itemCount` is how many items a sampled one stands for.
//! Never: other tables (traces, exceptions, page views).

use super::fields::{Span, Texts, attribute_of, named_span, named_trace};
use super::format::TraceFormat;
use super::json::{Cursor, Stop};
use super::otlp_json::elements;
use super::problems::Fault;
use super::records::{Role, is_record, leaves, records};
use super::stream::Stream;
use super::{lines, moment};
use crate::traces::spans::collect::Collector;
use crate::traces::spans::ids;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::Kind;

/// Azure Application Insights.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "azure-application-insights",
    about: "Azure Application Insights: rows of requests and dependencies, or the answer of a query",
    sniff: |head| {
        head.reaches(&["operation_Id", "operation_ParentId"])
            || (head.reaches(&["OperationId"]) && head.reaches(&["DurationMs"]))
            || (head.reaches(&["tables.columns"]) && head.reaches(&["tables.rows"]))
    },
    read: |reader, sinks| lines::documents(reader, sinks, document),
};

/// Where rows lie in an answer: below `tables` or `value`; any other member makes an object a
/// row.
fn role(key: &[u8]) -> Role {
    match key {
        b"tables" | b"value" | b"records" | b"data" => Role::Holder,
        b"error" | b"render" | b"statistics" => Role::Other,
        _ => Role::Record,
    }
}

/// Reads one document: rows by themselves, or tables of rows with their columns.
fn document(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    records(stream, role, &mut |stream| {
        if stream.leaf(|cursor| is_record(&mut cursor.clone(), tabled))? {
            return table(stream, sink);
        }
        stream.span(sink, |cursor, span| {
            let mut row = Row::default();
            leaves(cursor, |cursor, path| row.column(span, path, cursor))?;
            row.mean(span);
            Ok(())
        })
    })
}

/// Tells a table from a row.
fn tabled(key: &[u8]) -> Role {
    match key {
        b"columns" | b"rows" => Role::Record,
        b"name" => Role::Other,
        _ => Role::Holder,
    }
}

/// What a member of a table is.
enum Member {
    Columns,
    Rows,
    Other,
}

/// A table, of which the columns stand before the rows.
///
/// `{"columns":[{"name":"id"},…],"rows":[["8f…",…],…]}`: the cells of a row have the names of
/// the columns at their places. Cells beyond the columns are skipped.
fn table(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let mut columns: Vec<Vec<u8>> = Vec::new();
    let member = |key: &[u8]| match key {
        b"columns" => Member::Columns,
        b"rows" => Member::Rows,
        _ => Member::Other,
    };
    stream.object(member, |stream, member| match member {
        Member::Columns => {
            columns = stream.leaf(names)?;
            Ok(())
        }
        Member::Rows => stream.array(|stream| {
            stream.span(sink, |cursor, span| {
                let (mut row, mut names) = (Row::default(), columns.iter());
                elements(cursor, |cursor| match names.next() {
                    Some(name) => row.column(span, name, cursor),
                    None => cursor.skip(),
                })?;
                row.mean(span);
                Ok(())
            })
        }),
        Member::Other => stream.skip(),
    })
}

/// The names of the columns, in order; both `name` and `ColumnName` are in use.
fn names(cursor: &mut Cursor<'_>) -> Result<Vec<Vec<u8>>, Stop> {
    let mut names = Vec::new();
    elements(cursor, |cursor| {
        let mut name = Vec::new();
        leaves(cursor, |cursor, path| {
            let value = cursor.scalar()?;
            if matches!(path, b"name" | b"ColumnName") {
                name = value.bytes().to_vec();
            }
            Ok(())
        })?;
        names.push(name);
        Ok(())
    })?;
    Ok(names)
}

/// Columns of Log Analytics and what Application Insights calls them.
const NAMES: &[(&str, &str)] = &[
    ("AppRoleName", "cloud_RoleName"),
    ("Data", "data"),
    ("DependencyType", "type"),
    ("DurationMs", "duration"),
    ("Id", "id"),
    ("ItemCount", "itemCount"),
    ("Name", "name"),
    ("OperationId", "operation_Id"),
    ("OperationName", "operation_Name"),
    ("OperationParentId", "operation_ParentId"),
    ("ParentId", "operation_ParentId"),
    ("Properties", "customDimensions"),
    ("ResultCode", "resultCode"),
    ("Source", "source"),
    ("Success", "success"),
    ("Target", "target"),
    ("TimeGenerated", "timestamp"),
    ("Type", "itemType"),
    ("Url", "url"),
    ("time", "timestamp"),
];

/// Columns that say only together what a row means, by the names of Application Insights.
const FIELDS: &[&str] = &[
    "data",
    "id",
    "itemCount",
    "itemType",
    "name",
    "operation_Id",
    "operation_Name",
    "operation_ParentId",
    "resultCode",
    "source",
    "success",
    "target",
    "type",
    "url",
];

/// The columns of a row.
struct Row {
    told: Texts,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            told: Texts::of(FIELDS),
        }
    }
}

impl Row {
    /// Takes the value of one column, whatever it is called, into the span or into the texts to
    /// be judged later.
    ///
    /// `customDimensions` may be an object, JSON as text, or spread over columns of their own
    /// (`customDimensions.http.route`); all become attributes.
    fn column(
        &mut self,
        span: &mut Span<'_>,
        name: &[u8],
        cursor: &mut Cursor<'_>,
    ) -> Result<(), Stop> {
        let name = attribute_of(NAMES, name).unwrap_or(name);
        if name == b"customDimensions" && cursor.peek()? == b'{' {
            return leaves(cursor, |cursor, path| {
                span.attribute(path, &cursor.scalar()?);
                Ok(())
            });
        }
        let value = cursor.scalar()?;
        match name {
            b"timestamp" => span.start(moment::any(&value)),
            b"duration" => span.lasts(value.scaled(6)),
            b"cloud_RoleName" => span.resource(Slot::Service, &value),
            b"customDimensions" => {
                // Text of JSON; where it is none, the row has no attributes.
                let _ = leaves(&mut Cursor::new(value.bytes()), |cursor, path| {
                    span.attribute(path, &cursor.scalar()?);
                    Ok(())
                });
            }
            _ => match name
                .strip_prefix(b"customDimensions.")
                .or(name.strip_prefix(b"Properties."))
            {
                Some(name) => span.attribute(name, &value),
                None => self.told.note(name, &value),
            },
        }
        Ok(())
    }

    /// Says what a whole row means, once all its columns are known: ids, kind, failure, and what
    /// it calls.
    ///
    /// Ids that are no hexadecimal numbers are hashed, so that equal ones still meet. A row
    /// without an `itemType` is a dependency if it has a target or a type.
    fn mean(&self, span: &mut Span<'_>) {
        let told = |name| self.told.text(name);
        let id = |text: &[u8]| ids::span_id(text).unwrap_or_else(|| named_span(text));
        let trace = told("operation_Id");
        span.draft.trace = ids::trace_id(trace).unwrap_or_else(|| named_trace(trace));
        span.draft.id = id(told("id"));
        // The first request of an operation has the operation itself for its parent.
        let parent = told("operation_ParentId");
        span.draft.parent = if parent == trace { 0 } else { id(parent) };
        let request = match told("itemType") {
            b"request" | b"AppRequests" => true,
            b"dependency" | b"AppDependencies" => false,
            b"" => told("target").is_empty() && told("type").is_empty(),
            _ => return span.left = Some("no trace (logs, metrics or another record)"),
        };
        let success = self.told.text("success");
        let failed = success.eq_ignore_ascii_case(b"false") || success == b"0";
        let code = Scalar::Bare(told("resultCode"))
            .uint()
            .filter(|code| (100..600).contains(code));
        if code.is_some() {
            span.told(b"http.status_code", told("resultCode"));
        }
        span.draft.text(Slot::Name, told("name"));
        if let Some(count) = Scalar::Bare(told("itemCount"))
            .uint()
            .filter(|count| *count > 1)
        {
            span.told(
                b"sampling.ratio",
                (1.0 / count as f64).to_string().as_bytes(),
            );
        }
        if request {
            span.draft.kind = if told("source").is_empty() || !told("url").is_empty() {
                Kind::Server
            } else {
                Kind::Consumer
            };
            // A request with a client's error has failed for Application Insights, and not for its server.
            return span.failed(failed && !code.is_some_and(|code| (400..500).contains(&code)));
        }
        span.failed(failed);
        self.call(span);
    }

    /// What a dependency calls, by its type.
    ///
    /// Message brokers are told apart before anything else: `InProc | Azure Service Bus` is a
    /// message though it starts like inner work. The rest is a call of a database, of a web
    /// service, or of a host by name.
    fn call(&self, span: &mut Span<'_>) {
        let kind = self.told.text("type");
        let (target, data) = (self.told.text("target"), self.told.text("data"));
        let lower = kind.to_ascii_lowercase();
        let has = |word: &str| memchr::memmem::find(&lower, word.as_bytes()).is_some();
        let message = has("queue")
            || has("service bus")
            || has("servicebus")
            || has("event hubs")
            || has("eventhub")
            || has("kafka");
        if lower.starts_with(b"inproc") && !message {
            return span.draft.kind = Kind::Internal;
        }
        span.draft.kind = if message {
            Kind::Producer
        } else {
            Kind::Client
        };
        // A target is written as host and what is there: `shop.database.windows.net | orders`.
        let mut parts = target
            .split(|byte| *byte == b'|')
            .map(|part| part.trim_ascii());
        let (host, rest) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let place = if rest.is_empty() {
            memchr::memchr(b'/', host).map_or(&b""[..], |at| &host[at + 1..])
        } else {
            rest
        };
        if message {
            let known = [
                ("kafka", "kafka"),
                ("event", "eventhubs"),
                ("service", "servicebus"),
            ];
            let product = known
                .iter()
                .find(|(word, _)| has(word))
                .map_or("azure_queue", |(_, product)| product);
            span.told(b"messaging.system", product.as_bytes());
            return span.told(
                b"messaging.destination.name",
                if place.is_empty() { host } else { place },
            );
        }
        span.told(b"server.address", host);
        let product = if has("documentdb") || has("cosmos") {
            Some(&b"cosmosdb"[..])
        } else if has("sql")
            || has("redis")
            || has("mongo")
            || has("cassandra")
            || has("elasticsearch")
            || has("database")
        {
            Some(&*lower)
        } else {
            None
        };
        if let Some(product) = product {
            span.told(
                b"db.system",
                if product == b"sql" { b"mssql" } else { product },
            );
            span.told(b"db.name", place);
            span.told(b"db.statement", data);
        } else if has("http") || has("webservice") {
            span.told(b"http.url", data);
        }
    }
}
