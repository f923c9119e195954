//! Inputs that are large in one dimension only.
//!
//! In: a shape and a number of spans. Out: OTLP lines.
//! Invariant: one trace for a chain, a star or random parents; one service and trace for each span of a stream.
//! Never: memory that grows with the number of spans.

use std::io::{self, Write};

/// Spans on a line.
const LINE: u64 = 500;

/// Writes `count` spans in the shape `chain`, `star`, `random` (any span may be the parent of any) or `services`.
pub(crate) fn write(shape: &str, count: u64, out: &mut impl Write) -> io::Result<u64> {
    for first in (1..=count).step_by(LINE as usize) {
        let last = count.min(first + LINE - 1);
        out.write_all(b"{\"resourceSpans\":[")?;
        if shape == "services" {
            for id in first..=last {
                let comma = if id == first { "" } else { "," };
                write!(
                    out,
                    r#"{comma}{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"service-{id}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{id:032x}","spanId":"{id:016x}","name":"work","kind":2,"startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000000000001000"}}]}}]}}"#
                )?;
            }
        } else {
            spans(shape, count, first..=last, out)?;
        }
        out.write_all(b"]}\n")?;
    }
    Ok(count)
}

/// Spans of one trace, two services in turn.
fn spans(
    shape: &str,
    count: u64,
    ids: std::ops::RangeInclusive<u64>,
    out: &mut impl Write,
) -> io::Result<()> {
    for service in 0..2 {
        let comma = if service == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"service-{service}"}}}}]}},"scopeSpans":[{{"spans":["#
        )?;
        for (at, id) in ids.clone().filter(|id| id % 2 == service).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let parent = match id {
                1 => 0,
                _ if shape == "chain" => id - 1,
                _ if shape == "random" => 1 + id.wrapping_mul(0x9E37_79B9_7F4A_7C15) % count,
                _ => 1,
            };
            let (start, end) = (
                1_760_000_000_000_000_000 + id * 100,
                1_760_000_000_000_000_000 + (2 * count - id) * 100,
            );
            write!(
                out,
                r#"{comma}{{"traceId":"0000000000000000000000000000002a","spanId":"{id:016x}","parentSpanId":"{parent:016x}","name":"work","kind":2,"startTimeUnixNano":"{start}","endTimeUnixNano":"{end}"}}"#
            )?;
        }
        out.write_all(b"]}]}")?;
    }
    Ok(())
}
