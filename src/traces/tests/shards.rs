//! Recordings that are folded in shards, by several machines.
//!
//! In: generated traces with links between them. Out: assertions.
//! Invariant: the profiles of all shards, in any order and tree, are the profile of the whole, byte for byte.
//! Never: shards that count twice, or that are missing unnoticed.

use std::sync::Arc;

use super::{Plan, folded};
use crate::model::CallProfile;
use crate::traces::{Input, Options, Profile, Shard, fold};

/// A CPU profile, an access log and spans that cannot be used: each counts in one shard.
const OTHERS: [&str; 3] = [
    "main;total 12\nmain;load 3\n",
    "1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] \"GET /a HTTP/1.1\" 200 5\n",
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"7\",\"spanId\":\"x\"},{\"traceId\":\"8\",\"spanId\":\"\"}]}]}]}\n",
];

fn inputs(text: &str) -> Vec<Input> {
    let bytes = |text: &str| Input::Bytes("test".into(), text.as_bytes().to_vec());
    OTHERS.iter().copied().chain([text]).map(bytes).collect()
}

fn part(inputs: &[Input], index: u32, count: u32) -> Profile {
    let shard = Some(Shard { index, count });
    let options = Options {
        shard,
        ..Options::default()
    };
    let profile = fold(inputs, &options);
    Profile::from_bytes(&profile.to_bytes()).expect("a profile")
}

fn joined(parts: &[&Profile]) -> Profile {
    let bytes = |part: &&Profile| Input::Bytes("part".into(), part.to_bytes());
    let inputs: Vec<Input> = parts.iter().map(bytes).collect();
    fold(&inputs, &Options::default())
}

fn kinds(profile: &CallProfile) -> Vec<&str> {
    let notes = profile.notifications.iter();
    notes.map(|note| &*note.kind).collect()
}

/// `count` messages in traces of their own, each taken in another trace that links to it.
fn messages(count: u64) -> String {
    let span = |trace: u64, service: &str, kind: u32, link: &str| {
        format!(
            r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{trace:032x}","spanId":"{trace:016x}","name":"placed","kind":{kind},"startTimeUnixNano":"1000","endTimeUnixNano":"2000","attributes":[{{"key":"messaging.system","value":{{"stringValue":"kafka"}}}},{{"key":"messaging.destination.name","value":{{"stringValue":"placed"}}}}]{link}}}]}}]}}]}}"#
        )
    };
    let pair = |message: u64| {
        let (sent, taken) = (message * 2, message * 2 + 1);
        let link = format!(r#","links":[{{"traceId":"{sent:032x}","spanId":"{sent:016x}"}}]"#);
        let (sender, taker) = (span(sent, "orders", 4, ""), span(taken, "mailer", 5, &link));
        format!("{taker}\n{sender}\n")
    };
    (1..=count).map(pair).collect()
}

#[test]
fn the_shards_of_a_recording_merge_to_the_whole() {
    let inputs = inputs(&Plan::default().lines(200));
    let options = Options {
        allow_empty: true,
        ..Options::default()
    };
    let whole = fold(&inputs, &options);
    for count in [1, 2, 3, 16, 400] {
        let parts: Vec<Profile> = (0..count)
            .map(|index| part(&inputs, index, count))
            .collect();
        let mut forward = Profile::default();
        parts.iter().cloned().for_each(|part| forward.merge(part));
        let (even, odd): (Vec<_>, Vec<_>) =
            parts.iter().enumerate().partition(|(at, _)| at % 2 == 0);
        let half = |half: &[(usize, &Profile)]| {
            let parts: Vec<&Profile> = half.iter().rev().map(|(_, part)| *part).collect();
            joined(&parts)
        };
        let tree = match count {
            1 => joined(&[&parts[0]]),
            _ => joined(&[&half(&odd), &half(&even)]),
        };
        assert!(
            forward.to_bytes() == whole.to_bytes(),
            "{count} shards in a row"
        );
        assert!(
            tree.to_bytes() == whole.to_bytes(),
            "{count} shards in a tree"
        );
    }
}

#[test]
fn a_shard_that_is_missing_or_there_twice_is_told() {
    let inputs = inputs(&Plan::default().lines(40));
    let parts: Vec<Profile> = (0..3).map(|index| part(&inputs, index, 3)).collect();
    let two = joined(&[&parts[2], &parts[0]]).summary();
    let told = two
        .notifications
        .iter()
        .find(|note| &*note.kind == "shard-missing");
    assert!(
        told.expect("told")
            .message
            .starts_with("1 of 3 shards are missing, and what they hold: 1")
    );
    let twice = joined(&[&parts[0], &parts[1], &parts[0]]).summary();
    assert!(
        kinds(&twice).contains(&"shard-repeated"),
        "{:?}",
        kinds(&twice)
    );
    let all = joined(&[&parts[1], &parts[0], &parts[2]]).summary();
    assert!(!kinds(&all).iter().any(|kind| kind.starts_with("shard")));
}

#[test]
fn an_empty_shard_is_a_profile_and_no_fault() {
    let empty = [Input::Bytes("nothing".into(), Vec::new())];
    let found = part(&empty, 0, 4);
    assert_eq!(kinds(&found.summary()), ["shard-missing"]);
    let text = Plan::default().lines(20);
    let whole = folded(&text);
    let one = [Input::Bytes("test".into(), text.into_bytes())];
    let mut sum = part(&one, 0, 1);
    sum.merge(part(&empty, 0, 1));
    assert!(sum.to_bytes() == whole.to_bytes());
}

#[test]
fn more_messages_than_are_kept_are_the_same_in_parts_and_told() {
    let kept = u64::try_from(crate::traces::profile::KEPT).expect("small");
    let text = messages(kept + kept / 5);
    let whole = folded(&text);
    let found = whole.summary();
    let linked: u64 = found
        .edges
        .iter()
        .filter(|edge| !edge.inferred)
        .map(|edge| edge.calls)
        .sum();
    assert_eq!(linked, kept);
    let apart = format!("{} linked messages past the limit", kept / 5);
    let told = found
        .notifications
        .iter()
        .any(|note| note.message.starts_with(&apart));
    assert!(told, "{:?}", found.notifications);
    // Senders and takers apart, so that no half meets its other one before the end.
    let lines = |taken: bool| -> String {
        let lines = text.lines().filter(|line| line.contains("mailer") == taken);
        lines.map(|line| format!("{line}\n")).collect()
    };
    let (senders, takers) = (folded(&lines(false)), folded(&lines(true)));
    assert!(joined(&[&takers, &senders]).to_bytes() == whole.to_bytes());
    let input = [Input::Bytes("test".into(), text.clone().into_bytes())];
    let parts: Vec<Profile> = (0..5).map(|index| part(&input, index, 5)).collect();
    let parts: Vec<&Profile> = parts.iter().rev().collect();
    assert!(joined(&parts).to_bytes() == whole.to_bytes());
}

/// Folded under limits of services and operations.
fn limited(
    inputs: &[Input],
    (services, operations): (usize, usize),
    shard: Option<Shard>,
) -> Profile {
    let options = Options {
        services,
        operations,
        shard,
        allow_empty: true,
        ..Options::default()
    };
    let profile = fold(inputs, &options);
    Profile::from_bytes(&profile.to_bytes()).expect("a profile")
}

#[test]
fn limits_give_parts_and_whole_the_same_names() {
    let text = Plan::default().lines(200) + &messages(40);
    let input = [Input::Bytes("test".into(), text.into_bytes())];
    let all = limited(&input, (100, 100), None);
    for limits in [(1, 1), (2, 100), (3, 4), (100, 2), (5, 3)] {
        let whole = limited(&input, limits, None);
        assert!(
            whole.to_bytes() != all.to_bytes(),
            "{limits:?} limit something"
        );
        let names = |profile: &Profile| {
            let names = profile
                .operations
                .keys()
                .map(|(service, ..)| Arc::clone(service));
            names.collect::<std::collections::BTreeSet<_>>()
        };
        // Those that stay, and the rest.
        assert!(names(&whole).len() <= limits.0 + 1, "{limits:?}");
        assert_eq!(whole.seen.spans, all.seen.spans);
        for count in [2, 7] {
            let shard = |index| limited(&input, limits, Some(Shard { index, count }));
            let parts = (0..count)
                .rev()
                .map(|index| Input::Bytes("part".into(), shard(index).to_bytes()));
            let parts: Vec<Input> = parts.collect();
            let (left, right) = parts.split_at(1);
            let joined = limited(&parts, limits, None);
            assert!(
                joined.to_bytes() == whole.to_bytes(),
                "{limits:?} in {count} shards"
            );
            let right = Input::Bytes("rest".into(), limited(right, limits, None).to_bytes());
            let tree = limited(&[left[0].clone(), right], limits, None);
            assert!(
                tree.to_bytes() == whole.to_bytes(),
                "{limits:?} in a tree of {count} shards"
            );
            // Limited in the end only.
            let whole_parts: Vec<Input> = (0..count)
                .map(|index| Input::Bytes("part".into(), part(&input, index, count).to_bytes()))
                .collect();
            assert!(limited(&whole_parts, limits, None).to_bytes() == whole.to_bytes());
        }
    }
}

#[test]
fn what_reading_itself_puts_together_is_told_when_parts_are_merged() {
    let line = |service: u32| {
        format!(
            r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{service:x}","spanId":"1","name":"op"}}]}}]}}]}}"#
        ) + "\n"
    };
    let part = |services: std::ops::Range<u32>| folded(&services.map(line).collect::<String>());
    let told = |parts: &[&Profile]| {
        let notes = joined(parts).summary().notifications;
        notes
            .iter()
            .any(|note| note.message.contains("finer than the whole"))
    };
    let (few, many) = (part(1..10), part(10..11_000));
    assert!(told(&[&few, &many]));
    assert!(!told(&[&few, &part(10..20)]));
}
