//! Load without spans: every kind of sums, with the numbers that a person counts in the file.

use std::io::Read;

use super::*;
use crate::model::{LoadKind, MeasuredLoad};

fn sums(name: &str) -> CallProfile {
    file(&format!("sums/{name}"))
}

/// Unit, all weights, and the stacks as `leaf<caller<…`, heaviest first.
fn stacks(load: &MeasuredLoad) -> (String, u64, Vec<(String, u64)>) {
    let name = |at: &u32| {
        let place = &load.places[*at as usize];
        let parts = [&place.file, &place.namespace, &place.function];
        let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
        parts.join(" ")
    };
    let mut list: Vec<(String, u64)> = load
        .stacks
        .iter()
        .map(|stack| {
            let names: Vec<String> = stack.places.iter().map(name).collect();
            (names.join(" < "), stack.weight)
        })
        .collect();
    list.sort_by_key(|(name, weight)| (std::cmp::Reverse(*weight), name.clone()));
    (load.unit.to_string(), load.weight, list)
}

fn check_stacks(name: &str, unit: &str, all: u64, wanted: &[(&str, u64)]) {
    let profile = sums(name);
    assert_eq!(profile.coverage.spans, 0);
    assert!(!profile.tells_calls());
    let [load] = profile.measured.as_slice() else {
        panic!("{name}: {:?}", profile.measured);
    };
    assert_eq!(load.kind, LoadKind::Profile);
    assert_eq!(load.inputs, [name.into()]);
    let wanted = wanted
        .iter()
        .map(|(name, weight)| ((*name).to_owned(), *weight));
    assert_eq!(stacks(load), (unit.to_owned(), all, wanted.collect()));
}

#[test]
fn collapsed_stacks_are_samples() {
    check_stacks(
        "java.collapsed",
        "CPU samples",
        100,
        &[
            ("[vdso] < GC_active", 40),
            (
                "java/util/HashMap get < com/acme/Order total < java/lang/Thread run < [unknown]",
                30,
            ),
            (
                "com/acme/Price of < com/acme/Order total < java/lang/Thread run",
                20,
            ),
            ("com/acme/Price of < java/lang/Thread run", 10),
        ],
    );
    let notes = sums("java.collapsed").notifications;
    assert!(
        notes
            .iter()
            .any(|note| note.message.contains("1 places could not be read")),
        "{notes:?}"
    );
}

#[test]
fn speedscope_is_read_in_both_forms() {
    check_stacks(
        "orders.speedscope.json",
        "CPU time",
        16_000_000,
        &[
            ("/srv/app/orders.py < app/main.py", 7_000_000),
            // A frame that the list does not have.
            (" < app/main.py", 3_000_000),
            (
                "/usr/lib/python3.12/queue.py < /srv/app/orders.py < app/main.py",
                3_000_000,
            ),
            ("app/main.py", 3_000_000),
        ],
    );
}

#[test]
fn a_sample_of_v8_lasts_until_the_next_one() {
    check_stacks(
        "orders.cpuprofile",
        "CPU time",
        1_500_000,
        &[
            ("/srv/app/dist/orders.js < /srv/app/dist/main.js", 600_000),
            (
                "node:internal/url < /srv/app/dist/orders.js < /srv/app/dist/main.js",
                500_000,
            ),
            ("(garbage collector)", 300_000),
            ("/srv/app/dist/main.js", 100_000),
        ],
    );
}

#[test]
fn pprof_counts_time_and_knows_what_was_inlined() {
    let (main, total) = (
        "/build/cmd/shop/main.go main main",
        "/build/orders/svc.go github.com/acme/shop/orders (*Svc).Total",
    );
    let malloc = "/usr/local/go/src/runtime/malloc.go runtime mallocgc";
    let price = "/build/price/price.go github.com/acme/shop/price Of";
    check_stacks(
        "go.pb.gz",
        "CPU time",
        100_000_000,
        &[
            (&format!("{total} < {main}"), 40_000_000),
            (&format!("{malloc} < {total} < {main}"), 30_000_000),
            (&format!("{price} < {total} < {main}"), 20_000_000),
            (malloc, 10_000_000),
        ],
    );
}

/// Operation, calls, errors, 404 and the median in milliseconds.
fn routes(name: &str) -> (String, Vec<(String, u64, u64, u64, Option<u64>)>) {
    let profile = sums(name);
    let [load] = profile.measured.as_slice() else {
        panic!("{name}: {:?}", profile.measured);
    };
    assert_eq!(load.kind, LoadKind::AccessLog);
    let rows = load.routes.iter().map(|row| {
        let service = row.service.as_deref().unwrap_or_default();
        (
            format!("{service} {}", row.operation),
            row.calls,
            row.errors,
            row.not_found,
            row.p50_ns.map(|time| time / 1_000_000),
        )
    });
    (format!("{} {}", load.weight, load.unit), rows.collect())
}

#[test]
fn access_logs_are_requests_by_route() {
    let row =
        |name: &str, calls, errors, missing, p50| (name.to_owned(), calls, errors, missing, p50);
    assert_eq!(
        routes("combined.log"),
        (
            "1001000000 request time".to_owned(),
            vec![
                row(" GET /favicon.ico", 1, 0, 0, Some(1)),
                row(" GET /orders/{}", 2, 0, 1, Some(100)),
                row(" POST /orders", 1, 1, 0, Some(700)),
            ]
        )
    );
    assert_eq!(
        routes("envoy.jsonl"),
        (
            "32000000 request time".to_owned(),
            vec![row("reviews GET /reviews/{}", 2, 1, 0, Some(12))]
        )
    );
    // One request reached no target and has no time: requests are what can be compared.
    assert_eq!(
        routes("alb.log"),
        (
            "2 requests".to_owned(),
            vec![row("shop GET /orders/{}", 2, 1, 0, Some(171))]
        )
    );
}

/// Caller, callee, mode, calls, errors and the 95th percentile in milliseconds.
type Row = (&'static str, &'static str, CallMode, u64, u64, Option<u64>);

fn check_edges(name: &str, wanted: &[Row]) {
    let profile = sums(name);
    let found: Vec<_> = profile
        .edges
        .iter()
        .map(|edge| {
            assert!(edge.sums, "{name}");
            let time = edge.p95_ns.map(|time| time / 1_000_000);
            (
                edge.caller.to_string(),
                edge.callee.to_string(),
                edge.mode,
                edge.calls,
                edge.errors,
                time,
            )
        })
        .collect();
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(caller, callee, mode, calls, errors, time)| {
            (
                (*caller).to_owned(),
                (*callee).to_owned(),
                *mode,
                *calls,
                *errors,
                *time,
            )
        })
        .collect();
    assert_eq!(found, wanted, "{name}");
    assert_eq!(profile.coverage.graphs, [name.into()]);
    assert!(profile.loops.is_empty() && profile.repeated.is_empty() && profile.requests.is_empty());
    assert!(profile.recorded_services().contains("web"), "{name}");
}

#[test]
fn service_graphs_are_edges_that_say_that_they_are_sums() {
    use CallMode::{Datastore, Sync};
    check_edges(
        "jaeger-dependencies.json",
        &[
            ("orders", "stock", Sync, 25, 0, None),
            ("web", "orders", Sync, 40, 0, None),
        ],
    );
    check_edges(
        "zipkin-dependencies.json",
        &[
            ("orders", "stock", Sync, 25, 0, None),
            ("web", "orders", Sync, 40, 2, None),
        ],
    );
    check_edges("kiali.json", &[("web", "orders", Sync, 300, 30, Some(11))]);
    check_edges(
        "prometheus.json",
        &[
            ("orders", "postgres", Datastore, 80, 0, None),
            ("web", "orders", Sync, 40, 2, Some(190)),
        ],
    );
    check_edges("istio.json", &[("web", "orders", Sync, 39, 4, None)]);
}

#[test]
fn folded_sums_stay_exact_and_the_same_file_counts_once() {
    let names = [
        "java.collapsed",
        "orders.speedscope.json",
        "orders.cpuprofile",
        "go.pb.gz",
        "combined.log",
        "envoy.jsonl",
        "alb.log",
        "jaeger-dependencies.json",
        "kiali.json",
        "prometheus.json",
        "istio.json",
    ];
    let inputs: Vec<Input> = names
        .iter()
        .map(|name| Input::Path(path(&format!("sums/{name}"))))
        .collect();
    let whole = fold(&inputs, &Options::default());
    let mut parts: Vec<Input> = inputs
        .iter()
        .enumerate()
        .map(|(at, input)| {
            let part = fold(std::slice::from_ref(input), &Options::default());
            Input::Bytes(format!("{at}.profile"), part.to_bytes())
        })
        .collect();
    parts.reverse();
    let merged = fold(&parts, &Options::default());
    assert_eq!(merged.to_bytes(), whole.to_bytes());
    let again = Profile::from_bytes(&whole.to_bytes()).expect("a profile");
    assert_eq!(again.to_bytes(), whole.to_bytes());
    let twice = [inputs.clone(), inputs].concat();
    let twice = fold(&twice, &Options::default());
    assert_eq!(twice.summary().measured, whole.summary().measured);
}

#[test]
fn what_holds_no_load_is_refused_and_named() {
    for (text, what) in [
        (
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up"},"value":[1,"1"]}]}}"#,
            "prometheus",
        ),
        (
            r#"{"nodes":[{"id":1,"callFrame":{"functionName":"(root)","url":""},"hitCount":0}],"samples":[],"timeDeltas":[]}"#,
            "cpuprofile",
        ),
        (
            r#"[{"parent":"a","child":"a","callCount":3}]"#,
            "zipkin-dependencies",
        ),
    ] {
        let notes = profile(text).notifications;
        assert!(
            notes.iter().any(|note| note.message.contains(what)),
            "{notes:?}"
        );
    }
    // Lines that end in a number are no stacks.
    let notes = profile("took 12\nleft 7\ndone 3\n").notifications;
    assert!(
        notes
            .iter()
            .any(|note| note.message.contains("no trace format")),
        "{notes:?}"
    );
}

/// The bytes of a fixture up to the place where `end` stands.
fn cut(name: &str, end: &str) -> Vec<u8> {
    let stored = std::fs::File::open(path(&format!("sums/{name}"))).expect("a fixture");
    let mut bytes = Vec::new();
    let unpacked = super::super::formats::open::decompress(Box::new(stored), 1 << 20);
    let read = unpacked.expect("a fixture").read_to_end(&mut bytes);
    read.expect("a fixture");
    let at = memchr::memmem::find(&bytes, end.as_bytes()).expect("the place to cut at");
    bytes.truncate(at);
    bytes
}

#[test]
fn a_cut_profile_keeps_what_is_there_and_says_what_is_lost() {
    let packed = {
        let path = path("sums/go.pb.gz");
        let bytes = std::fs::read(path).expect("a fixture");
        bytes[..bytes.len() - 60].to_vec()
    };
    let frames_first = r#"{"shared":{"frames":[{"name":"a"},{"name":"b"}]},"profiles":[{"type":"sampled","name":"x","unit":"seconds","samples":[[0],[0,1]],"weights":[1,2]},{"type":"sampled","name":"y","unit":"seconds","samples":[[1],[0"#;
    for (input, wanted, told) in [
        // Names stand at the end of a profile of Go.
        (
            cut("go.pb.gz", "\u{9}main.main"),
            ("CPU time", 100_000_000),
            "4 samples were kept, 1 and 2 names of frames are lost",
        ),
        (packed, ("CPU time", 100_000_000), "samples were kept"),
        // Hits are whole where times are cut; without either each sample counts.
        (
            cut("orders.cpuprofile", "300,400"),
            ("CPU samples", 5),
            "4 nodes with samples were kept, the last 1 bytes are lost",
        ),
        (
            cut("orders.cpuprofile", "\"hitCount\":1}],"),
            ("CPU samples", 4),
            "bytes are lost",
        ),
        (
            frames_first.as_bytes().to_vec(),
            ("CPU time", 3_000_000_000),
            "3 samples were kept, the last 3 bytes are lost",
        ),
    ] {
        let profile = folded_bytes(&input).summary();
        let load = profile.measured.first().expect(told);
        assert_eq!((&*load.unit, load.weight), wanted, "{told}");
        let notes = &profile.notifications;
        let found = notes
            .iter()
            .any(|note| &*note.kind == "trace-damaged" && note.message.contains(told));
        assert!(found, "{told}: {notes:?}");
    }
}

#[test]
fn a_profile_without_its_names_is_no_load() {
    for (input, told) in [
        (
            cut("go.pb.gz", "\u{7}samples"),
            "the unit and the names of 5 samples are lost",
        ),
        (
            cut("orders.speedscope.json", ",\n\"shared\""),
            "the names of frames are lost",
        ),
    ] {
        let profile = folded_bytes(&input).summary();
        assert!(profile.measured.is_empty());
        let notes = &profile.notifications;
        assert!(
            notes.iter().any(|note| note.message.contains(told)),
            "{notes:?}"
        );
    }
}

#[test]
fn any_cut_of_any_fixture_ends_well() {
    let folder = std::fs::read_dir(path("sums")).expect("fixtures");
    for entry in folder {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("bytes");
        for cut in (0..bytes.len()).step_by(17) {
            let _ = folded_bytes(&bytes[..cut]).summary();
        }
    }
}

#[test]
fn damaged_fixtures_end_well_and_stay_exact() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize % below.max(1)
    };
    for entry in std::fs::read_dir(path("sums")).expect("fixtures") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("bytes");
        for _ in 0..60 {
            let mut damaged = bytes.clone();
            for _ in 0..=random(6) {
                let at = random(damaged.len());
                match random(3) {
                    0 => damaged[at] = random(256) as u8,
                    1 => drop(damaged.drain(at..(at + random(9)).min(damaged.len()))),
                    _ => damaged.insert(at, b"\"{[;,:0-9e"[random(10)]),
                }
            }
            let profile = folded_bytes(&damaged);
            let stored = profile.to_bytes();
            let again = Profile::from_bytes(&stored).expect("what was stored");
            assert_eq!(again.to_bytes(), stored);
        }
    }
}
