//! Flat Parquet files with the columns of the `otel_traces` table.
//!
//! In: rows with `TraceId`, `SpanId`, `ServiceName` and their kin. Out: spans, as the format `rows` reads them.
//! Invariant: the file is kept in a temporary file, one row in memory.
//! Never: nested layouts (Tempo's vParquet); they are refused with a sentence.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use super::format::TraceFormat;
use super::problems::Fault;
use super::problems::Problems;
use super::rows;
use super::stream::Stream;
use crate::traces::spans::collect::Collector;

/// Flat `otel_traces` tables.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "parquet",
    about: "Parquet with the columns of the otel_traces table",
    sniff: |head| head.bytes.starts_with(b"PAR1"),
    read,
};

/// Reads a file; a panic of the decoder, which damaged files can cause, becomes a problem.
fn read(reader: &mut (dyn Read + Send), sinks: &mut [Collector]) -> Problems {
    let mut problems = Problems::default();
    let Some(sink) = sinks.first_mut() else {
        return problems;
    };
    let read = catch_unwind(AssertUnwindSafe(|| all(reader, sink, &mut problems)));
    let failed =
        read.unwrap_or_else(|_| Err(ParquetError::General("the file is damaged".to_owned())));
    if let Err(error) = failed {
        problems.add(Fault::Io {
            error: io::Error::other(error.to_string()),
            byte: 0,
        });
    }
    problems
}

/// Reads all rows, each by way of JSON text.
///
/// The format needs to seek, and its input is a stream: hence the temporary file. A schema
/// without a span id at its top is a nested one, and refused.
fn all(
    reader: &mut (dyn Read + Send),
    sink: &mut Collector,
    problems: &mut Problems,
) -> Result<(), ParquetError> {
    let mut file = tempfile::tempfile()?;
    io::copy(reader, &mut file)?;
    let reader = SerializedFileReader::new(file)?;
    let schema = reader.metadata().file_metadata().schema();
    let is_id = |name: &str| ["SpanId", "spanID", "span_id"].contains(&name);
    if !schema.get_fields().iter().any(|field| is_id(field.name())) {
        let what = "has no column SpanId; export the spans as a flat otel_traces table";
        return Err(ParquetError::General(what.to_owned()));
    }
    for row in reader.get_row_iter(None)? {
        let text = object(&row?, 0).to_string();
        let mut stream = Stream::of(text.into_bytes(), 0);
        if let Err(fault) = stream.span(sink, rows::row) {
            problems.add(fault);
        }
        problems.merge(std::mem::take(&mut stream.odd));
    }
    Ok(())
}

/// Deepest level of lists and structures that is kept.
const DEEPEST: usize = 6;

/// A row as JSON, as an engine would write it.
fn object(row: &Row, level: usize) -> Value {
    let columns = row.get_column_iter();
    columns
        .map(|(name, field)| (name.clone(), value(field, level + 1)))
        .collect::<Map<_, _>>()
        .into()
}

/// A value as JSON; what lies too deep becomes `null`.
fn value(field: &Field, level: usize) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(on) => (*on).into(),
        Field::Str(text) => text.as_str().into(),
        Field::Bytes(bytes) => text(bytes.data()).into(),
        // The size of a number tells its unit, so that a moment is one whatever its type.
        Field::TimestampMillis(number) | Field::TimestampMicros(number) => (*number).into(),
        Field::Group(row) if level < DEEPEST => object(row, level),
        Field::ListInternal(list) if level < DEEPEST => {
            let elements = list.elements().iter();
            elements.map(|field| value(field, level + 1)).collect()
        }
        Field::MapInternal(map) if level < DEEPEST => {
            let pair = |(name, field): &(Field, Field)| match value(name, level + 1) {
                Value::String(name) => Some((name, value(field, level + 1))),
                _ => None,
            };
            let pairs = map.entries().iter().filter_map(pair);
            pairs.collect::<Map<_, _>>().into()
        }
        Field::Float(number) => f64::from(*number).into(),
        Field::Double(number) => (*number).into(),
        other => number(other).map_or(Value::Null, |number| match u64::try_from(number) {
            Ok(number) => number.into(),
            Err(_) => number.to_string().into(),
        }),
    }
}

/// Bytes that are text, or an id in hexadecimal digits.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// The value of a whole number of any width; `None` for any other field.
fn number(field: &Field) -> Option<i128> {
    match *field {
        Field::Byte(number) => Some(number.into()),
        Field::Short(number) => Some(number.into()),
        Field::Int(number) => Some(number.into()),
        Field::Long(number) => Some(number.into()),
        Field::UByte(number) => Some(number.into()),
        Field::UShort(number) => Some(number.into()),
        Field::UInt(number) => Some(number.into()),
        Field::ULong(number) => Some(number.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::traces::{Input, Options, fold, read as read_all};

    fn fixture() -> Vec<u8> {
        let path = "testdata/traces/parquet/otel_traces.parquet";
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
            .expect("a fixture")
    }

    #[test]
    fn flat_tables_give_edges() {
        let found = read_all(&[Input::Bytes("t".into(), fixture())], &Options::default());
        let [edge] = found.edges.as_slice() else {
            panic!("{:?} {:?}", found.edges, found.notifications)
        };
        assert_eq!((&*edge.caller, &*edge.callee), ("web", "cart"));
        assert_eq!(
            (edge.calls, edge.errors, edge.not_found, edge.p50_ns),
            (1, 1, 1, Some(60_000))
        );
        assert!((edge.estimated_calls - 2.0).abs() < 1e-9);
        assert_eq!(&*found.operations[1].operation, "GET /list");
    }

    #[test]
    fn links_and_attributes_as_text_give_what_the_same_rows_give() {
        let file = |name: &str| {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            fold(
                &[Input::Path(folder.join("testdata/traces").join(name))],
                &Options::default(),
            )
        };
        let wanted = file("rows/same.otlp.jsonl").to_bytes();
        assert!(file("parquet/linked.parquet").to_bytes() == wanted);
    }

    #[test]
    fn damaged_tables_are_told() {
        let whole = fixture();
        for cut in (4..whole.len()).step_by(97) {
            let found = read_all(
                &[Input::Bytes("t".into(), whole[..cut].to_vec())],
                &Options::default(),
            );
            assert_eq!(
                &*found.notifications[0].kind, "trace-nothing",
                "cut at {cut}"
            );
        }
    }
}
