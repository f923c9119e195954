//! Flat Parquet files with the columns of the `otel_traces` table.
//!
//! In: rows with `TraceId`, `SpanId`, `ServiceName` and their kin. Out: spans.
//! Invariant: the file is kept in a temporary file, one row in memory.
//! Never: nested layouts (Tempo's vParquet); they are refused with a sentence.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Map, Row};

use super::stream::Fault;
use super::{Problems, TraceFormat};
use crate::traces::spans::collect::Collector;
use crate::traces::spans::ids;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Kind, flags, push_text};

/// Flat `otel_traces` tables.
pub const FORMAT: TraceFormat = TraceFormat {
    id: "parquet",
    about: "Parquet with the columns of the otel_traces table",
    sniff: |head| head.bytes.starts_with(b"PAR1"),
    read,
};

fn read(reader: &mut (dyn Read + Send), sinks: &mut [Collector]) -> Problems {
    let mut problems = Problems::default();
    let Some(sink) = sinks.first_mut() else {
        return problems;
    };
    let read = catch_unwind(AssertUnwindSafe(|| rows(reader, sink)));
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

fn rows(reader: &mut (dyn Read + Send), sink: &mut Collector) -> Result<(), ParquetError> {
    let mut file = tempfile::tempfile()?;
    io::copy(reader, &mut file)?;
    let reader = SerializedFileReader::new(file)?;
    let schema = reader.metadata().file_metadata().schema();
    if !schema
        .get_fields()
        .iter()
        .any(|field| field.name() == "SpanId")
    {
        let what = "has no column SpanId; export the spans as a flat otel_traces table";
        return Err(ParquetError::General(what.to_owned()));
    }
    for row in reader.get_row_iter(None)? {
        push(&row?, sink);
    }
    Ok(())
}

fn push(row: &Row, sink: &mut Collector) {
    sink.draft.clear();
    let mut key = Vec::new();
    let (mut start, mut duration) = (Some(0), Some(0));
    for (name, field) in row.get_column_iter() {
        let draft = &mut sink.draft;
        let text = text(field);
        match name.as_str() {
            "TraceId" => draft.trace = ids::trace_id(&text).unwrap_or_default(),
            "SpanId" => draft.id = ids::span_id(&text).unwrap_or_default(),
            "ParentSpanId" => draft.parent = ids::span_id(&text).unwrap_or_default(),
            "TraceState" => draft.trace_state(&text),
            "SpanName" => draft.text(Slot::Name, &text),
            "SpanKind" => draft.kind = Kind::from_name(&text),
            "ServiceName" => push_text(&mut key, Slot::Service, &text),
            "Timestamp" => start = instant(field),
            "Duration" => duration = whole(field),
            "StatusCode" => {
                let failed = matches!(text.as_slice(), b"Error" | b"STATUS_CODE_ERROR" | b"ERROR");
                draft.flag(flags::ERROR, failed);
            }
            "SpanAttributes" => pairs(field, |name, value| draft.attribute(name, value)),
            "ResourceAttributes" => pairs(field, |name, value| {
                if let Some(slot) = Slot::of(name).filter(|slot| *slot != Slot::Service) {
                    push_text(&mut key, slot, value.bytes());
                }
            }),
            _ => {}
        }
    }
    match (start, duration) {
        (Some(start), Some(duration)) => sink.draft.interval(start, start.saturating_add(duration)),
        _ => sink.draft.reject = Some("time out of range"),
    }
    let resource = sink.resource(&key);
    sink.push(resource);
}

fn pairs(field: &Field, mut visit: impl FnMut(&[u8], &Scalar<'_>)) {
    let Field::MapInternal(map) = field else {
        return;
    };
    for (name, value) in entries(map) {
        visit(&text(name), &Scalar::Text(text(value).into()));
    }
}

fn entries(map: &Map) -> &[(Field, Field)] {
    map.entries()
}

fn text(field: &Field) -> Vec<u8> {
    match field {
        Field::Str(text) => text.as_bytes().to_vec(),
        Field::Bytes(bytes) => bytes.data().to_vec(),
        Field::Null => Vec::new(),
        Field::Bool(on) => on.to_string().into_bytes(),
        other => whole(other)
            .map(|number| number.to_string().into_bytes())
            .unwrap_or_default(),
    }
}

fn whole(field: &Field) -> Option<u64> {
    match *field {
        Field::Int(number) => u64::try_from(number).ok(),
        Field::Long(number) => u64::try_from(number).ok(),
        Field::UInt(number) => Some(u64::from(number)),
        Field::ULong(number) => Some(number),
        _ => None,
    }
}

/// Nanoseconds since 1970; a bare number is told by its size (seconds of this century in milli, micro or nano).
fn instant(field: &Field) -> Option<u64> {
    match *field {
        Field::TimestampMillis(millis) => u64::try_from(millis).ok()?.checked_mul(1_000_000),
        Field::TimestampMicros(micros) => u64::try_from(micros).ok()?.checked_mul(1_000),
        _ => {
            let number = whole(field)?;
            let scale = match number {
                0..100_000_000_000_000 => 1_000_000,
                100_000_000_000_000..100_000_000_000_000_000 => 1_000,
                _ => 1,
            };
            number.checked_mul(scale)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::traces::{Input, Options, read as read_all};

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
    fn damaged_tables_are_told() {
        let whole = fixture();
        for cut in (4..whole.len()).step_by(97) {
            let found = read_all(
                &[Input::Bytes("t".into(), whole[..cut].to_vec())],
                &Options::default(),
            );
            assert_eq!(
                &*found.notifications[0].kind, "trace-damaged",
                "cut at {cut}"
            );
        }
    }
}
