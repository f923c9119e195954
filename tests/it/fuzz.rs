//! Replays the seeds of the fuzzers, and what they found worth keeping, with the targets themselves.
//!
//! In: `tests/fuzz/corpus/TARGET.hex`, one input a line. Out: assertions of the targets.
//! Invariant: every target has inputs; an input means to a target what it means to the fuzzer.
//! Never: new inputs.

use std::path::{Path, PathBuf};

#[path = "../fuzz/targets/config.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod config;
#[path = "../fuzz/targets/gitobj.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod gitobj;
#[path = "../fuzz/targets/globs.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod globs;
#[path = "../fuzz/targets/go.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod go;
#[path = "../fuzz/targets/history.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod history;
#[path = "../fuzz/targets/jaeger.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod jaeger;
#[path = "../fuzz/targets/jaeger_elasticsearch.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod jaeger_elasticsearch;
#[path = "../fuzz/targets/java.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod java;
#[path = "../fuzz/targets/manifests.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod manifests;
#[path = "../fuzz/targets/nest.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod nest;
#[path = "../fuzz/targets/otlp.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod otlp;
#[path = "../fuzz/targets/otlp_framed.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod otlp_framed;
#[path = "../fuzz/targets/otlp_proto.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod otlp_proto;
#[path = "../fuzz/targets/part.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod part;
#[path = "../fuzz/targets/pprof.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod pprof;
#[path = "../fuzz/targets/profile.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod profile;
#[path = "../fuzz/targets/python.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod python;
#[path = "../fuzz/targets/recordings.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod recordings;
#[path = "../fuzz/targets/resolve.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod resolve;
#[path = "../fuzz/targets/rust.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod rust;
#[path = "../fuzz/targets/sums.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod sums;
#[path = "../fuzz/targets/tempo.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod tempo;
#[path = "../fuzz/targets/traces.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod traces;
#[path = "../fuzz/targets/typescript.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod typescript;
#[path = "../fuzz/targets/zipkin.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod zipkin;
#[path = "../fuzz/targets/zipkin_1.rs"]
#[expect(
    unused_attributes,
    reason = "a target is a program of its own to the fuzzer"
)]
mod zipkin_1;

/// Stands for the macro of the fuzzer: the body of a target as a function.
#[macro_export]
macro_rules! fuzz_target {
    (|$input:ident: $kind:ty| $body:expr) => {
        pub(super) fn target(bytes: &[u8]) {
            let $input: $kind = $crate::fuzz::Decode::decode(bytes);
            $body;
        }
    };
}

/// Bytes as the fuzzer turns them into the input of a target (`arbitrary` 1).
pub(crate) trait Decode<'a> {
    fn decode(bytes: &'a [u8]) -> Self;
}

impl<'a> Decode<'a> for &'a [u8] {
    fn decode(bytes: &'a [u8]) -> Self {
        bytes
    }
}

/// The text at the start.
impl<'a> Decode<'a> for &'a str {
    fn decode(bytes: &'a [u8]) -> Self {
        let valid = bytes
            .utf8_chunks()
            .next()
            .map_or(0, |chunk| chunk.valid().len());
        std::str::from_utf8(&bytes[..valid]).unwrap_or_default()
    }
}

impl<'a> Decode<'a> for (u8, &'a [u8]) {
    fn decode(bytes: &'a [u8]) -> Self {
        bytes
            .split_first()
            .map_or((0, bytes), |(first, rest)| (*first, rest))
    }
}

impl<'a> Decode<'a> for (u8, u16, &'a str) {
    fn decode(bytes: &'a [u8]) -> Self {
        let number = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let rest = bytes.get(3..).unwrap_or_default();
        (
            number(0),
            u16::from_le_bytes([number(1), number(2)]),
            Decode::decode(rest),
        )
    }
}

/// The length of the first text stands at the end.
impl<'a> Decode<'a> for (u8, &'a str, &'a str) {
    fn decode(bytes: &'a [u8]) -> Self {
        let (choice, rest): (u8, &[u8]) = Decode::decode(bytes);
        let digits = if rest.len() <= 256 { 1 } else { 2 };
        let (texts, told) = rest.split_at(rest.len().saturating_sub(digits));
        let told = told
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        let first: &str = Decode::decode(&texts[..told % (texts.len() + 1)]);
        (choice, first, Decode::decode(&texts[first.len()..]))
    }
}

/// All targets.
const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("config", config::target),
    ("gitobj", gitobj::target),
    ("globs", globs::target),
    ("go", go::target),
    ("history", history::target),
    ("jaeger", jaeger::target),
    ("jaeger_elasticsearch", jaeger_elasticsearch::target),
    ("java", java::target),
    ("manifests", manifests::target),
    ("nest", nest::target),
    ("otlp", otlp::target),
    ("otlp_framed", otlp_framed::target),
    ("otlp_proto", otlp_proto::target),
    ("part", part::target),
    ("pprof", pprof::target),
    ("profile", profile::target),
    ("python", python::target),
    ("recordings", recordings::target),
    ("resolve", resolve::target),
    ("rust", rust::target),
    ("sums", sums::target),
    ("tempo", tempo::target),
    ("traces", traces::target),
    ("typescript", typescript::target),
    ("zipkin", zipkin::target),
    ("zipkin_1", zipkin_1::target),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz")
        .join(name)
}

#[test]
fn the_seeds_of_fuzzing_end_well() {
    let digit = |byte: u8| (byte as char).to_digit(16).expect("a digit") as u8;
    for (name, target) in TARGETS {
        let path = folder("corpus").join(format!("{name}.hex"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!text.is_empty() && text.len() < 16_000, "{name}");
        for line in text.lines() {
            let digits = line.as_bytes().chunks_exact(2);
            let bytes: Vec<u8> = digits
                .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
                .collect();
            target(&bytes);
        }
    }
}

#[test]
fn every_target_is_replayed() {
    let files = std::fs::read_dir(folder("targets")).expect("targets");
    for entry in files {
        let name = entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned();
        let known = TARGETS
            .iter()
            .any(|(known, _)| name == format!("{known}.rs"));
        assert!(known, "{name} is not replayed");
    }
}
