//! Generates traces, folds them, and runs the yardsticks; one job per run, so that memory can be measured.
//!
//! In: a job and its arguments. Out: one line of figures on stderr.
//! Invariant: times include everything from opening the file to the summary.
//! Never: more than one job.

mod baseline;
mod extreme;
mod generate;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

use generate::{Generator, Plan};

const USAGE: &str = "bench-traces generate otlp|jaeger BYTES FILE [SEED] | generate chain|star|random|services SPANS FILE | fold FILE [BUFFERED] | sonic FILE THREADS | serde-jaeger FILE";

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let start = Instant::now();
    let line = match arguments.as_slice() {
        ["generate", format, bytes, file] => generate(format, bytes, file, "1"),
        ["generate", format, bytes, file, seed] => generate(format, bytes, file, seed),
        ["fold", file] => fold(file, None),
        ["fold", file, buffered] => fold(file, buffered.parse().ok()),
        ["sonic", file, threads] => {
            let bytes = std::fs::read(file).expect("a file");
            let read = start.elapsed();
            let found = baseline::sonic_lines(&bytes, threads.parse().expect("a number"));
            format!(
                "spans={} kept={} check={} read_s={:.3}",
                found.spans,
                found.kept,
                found.check,
                read.as_secs_f64()
            )
        }
        ["serde-jaeger", file] => {
            let bytes = std::fs::read(file).expect("a file");
            let read = start.elapsed();
            let found = baseline::serde_jaeger(&bytes);
            format!(
                "spans={} kept={} check={} read_s={:.3}",
                found.spans,
                found.kept,
                found.check,
                read.as_secs_f64()
            )
        }
        _ => USAGE.to_owned(),
    };
    let _ = writeln!(
        std::io::stderr(),
        "{line} wall_s={:.3} peak_mib={}",
        start.elapsed().as_secs_f64(),
        peak_mib()
    );
}

fn generate(format: &str, bytes: &str, file: &str, seed: &str) -> String {
    if !matches!(format, "otlp" | "jaeger") {
        let mut out: Box<dyn Write> = match file {
            "-" => Box::new(BufWriter::new(std::io::stdout())),
            _ => Box::new(BufWriter::new(File::create(file).expect("a file to write"))),
        };
        let spans = extreme::write(format, bytes.parse().expect("a number"), &mut out);
        let spans = spans.and_then(|spans| out.flush().map(|()| spans));
        return format!("spans={}", spans.expect("written"));
    }
    let plan = Plan {
        seed: seed.parse().expect("a seed"),
        bytes: bytes.parse().expect("bytes"),
        services: 24,
        skew_us: 300,
    };
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file).expect("a file to write"));
    let generator = Generator::new(plan);
    let spans = if format == "otlp" {
        generator.otlp(&mut out)
    } else {
        generator.jaeger(&mut out)
    };
    format!("spans={}", spans.expect("written"))
}

fn fold(file: &str, buffered: Option<usize>) -> String {
    let mut options = seamline::traces::Options::default();
    options.buffered_spans = buffered.unwrap_or(options.buffered_spans);
    let profile = seamline::traces::read(&[seamline::traces::Input::Path(file.into())], &options);
    let calls: u64 = profile.edges.iter().map(|edge| edge.calls).sum();
    for note in &profile.notifications {
        let _ = writeln!(std::io::stderr(), "{note:?}");
    }
    let coverage = &profile.coverage;
    format!(
        "spans={} traces={} edges={} calls={} shapes={} other={} past_services={}",
        coverage.spans,
        coverage.traces,
        profile.edges.len(),
        calls,
        profile.requests.len(),
        coverage.other_requests,
        coverage.other_services
    )
}

/// Largest resident set in MiB, file pages included (Linux).
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
