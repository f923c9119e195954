//! JSON with floats of six significant digits.
//!
//! In: any serialisable value. Out: JSON text.
//! Invariant: the same value gives the same bytes on every machine.
//! Never: `NaN` or infinities (they become `null`).

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// Writes `value` as indented JSON, floats rounded to six significant digits.
///
/// # Errors
/// The sink cannot be written.
pub fn to_json<T: Serialize>(value: &T, sink: &mut dyn Write) -> io::Result<()> {
    // A buffer of its own: a serializer writes token by token, too often for calls through `dyn`.
    let mut sink = BufWriter::with_capacity(1 << 16, sink);
    let formatter = Rounded(PrettyFormatter::with_indent(b" "));
    value.serialize(&mut Serializer::with_formatter(&mut sink, formatter))?;
    sink.write_all(b"\n")?;
    sink.flush()
}

/// The usual indented JSON, but for its floats.
struct Rounded<'a>(PrettyFormatter<'a>);

impl Formatter for Rounded<'_> {
    /// Rounds through the decimal text, which is the same everywhere. Adding zero turns −0 into 0.
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
        self.0.write_f64(writer, rounded + 0.0)
    }
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_six_significant_digits_and_never_prints_nan() {
        let mut bytes = Vec::new();
        to_json(&[1.0 / 3.0, 1_234_567.8, 0.0, f64::NAN], &mut bytes).expect("a sink in memory");
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "[\n 0.333333,\n 1234570.0,\n 0.0,\n null\n]\n"
        );
    }
}
