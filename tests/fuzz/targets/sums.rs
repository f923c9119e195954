//! Any bytes behind the start of each kind of sums that is text: no panic, bounded memory, exact after storing.
#![no_main]

use seamline::traces::{Input, Options, Profile, fold};

const STARTS: [&str; 10] = [
    "a;b 1\na;b;c 2\n",
    "{\"shared\":{\"frames\":[{\"name\":\"a\",\"file\":\"b.py\"}]},\"profiles\":[",
    "{\"nodes\":[{\"id\":1,\"callFrame\":{\"functionName\":\"a\",\"url\":\"\"},\"hitCount\":1}],\"samples\":[1,",
    "1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] \"GET /a/1 HTTP/1.1\" 200 5 \"-\" \"-\" 0.1\n",
    "{\"method\":\"GET\",\"path\":\"/a\",\"response_code\":200,\"duration\":1}\n",
    "http 2018-07-02T22:23:00.1Z a b c 0.1 0.1 0.1 200 200 0 5 \"GET http://a:80/ HTTP/1.1\" \"c\"\n",
    "{\"data\":[{\"parent\":\"a\",\"child\":\"b\",\"callCount\":1}",
    "[{\"parent\":\"a\",\"child\":\"b\",\"callCount\":1}",
    "{\"elements\":{\"nodes\":[{\"data\":{\"id\":\"a\",\"nodeType\":\"app\",\"app\":\"a\"}}],\"edges\":[",
    "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"client\":\"a\",\"server\":\"b\"},\"value\":[1,\"2\"]}",
];

libfuzzer_sys::fuzz_target!(|rest: &[u8]| {
    let (first, rest) = rest.split_first().unwrap_or((&0, rest));
    let mut bytes = STARTS[*first as usize % STARTS.len()].as_bytes().to_vec();
    bytes.extend_from_slice(rest);
    let limits = Options {
        threads: 1,
        ..Options::default()
    };
    let profile = fold(&[Input::Bytes("fuzz".to_owned(), bytes)], &limits);
    let summary = profile.summary();
    assert!(
        summary
            .edges
            .iter()
            .all(|edge| edge.estimated_calls.is_finite())
    );
    let stored = profile.to_bytes();
    let again = Profile::from_bytes(&stored).expect("what was stored");
    assert_eq!(again.to_bytes(), stored);
});
