//! Joins many names by the folders that they lie in, as deep as the number allows.
//!
//! In: names as their parts, from the top. Out: groups, each with the parts that its members share.
//! Invariant: each name lies in exactly one group; at most as many groups as asked for; ties by name.
//! Never: a level where one group holds nearly all, if it can be told apart.
//!
//! `a::b`, `a::c::d` and `a::c::e` are `a::b` and `a::c` where two groups may be made. Rejected: one fixed
//! depth, since all code of many a program lies three folders deep in one of two folders at the top.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Groups below which even small ones are told apart.
const FEW: usize = 8;
/// Share of all names from which a group is told apart: one in three.
const LARGE: usize = 3;

/// Names that share their first parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Group {
    /// The parts that all members share; empty for what is left over of the top.
    pub(in crate::report) parts: Vec<String>,
    /// Indices of the names.
    pub(in crate::report) members: Vec<usize>,
    /// Whether smaller groups beside larger ones were thrown together here.
    pub(in crate::report) others: bool,
}

/// Joins `names` to at most `most` groups, in the order of their parts.
pub(in crate::report) fn groups(names: &[Vec<String>], most: usize) -> Vec<Group> {
    let all = Group {
        parts: Vec::new(),
        members: (0..names.len()).collect(),
        others: false,
    };
    let mut found = vec![all];
    loop {
        found.sort_by_key(|group| (Reverse(group.members.len()), group.parts.clone()));
        let room = most.saturating_sub(found.len()) + 1;
        let wants = |group: &Group| {
            found.len() < FEW.min(most) || group.members.len() * LARGE > names.len()
        };
        let split = found.iter().enumerate().find_map(|(at, group)| {
            (wants(group) && !group.others).then_some(())?;
            Some((at, split(group, names, room)?))
        });
        let Some((at, parts)) = split else { break };
        found.swap_remove(at);
        found.extend(parts);
    }
    found.sort_by(|a, b| (&a.parts, a.others).cmp(&(&b.parts, b.others)));
    found
}

/// The group by the next part of its members; `None` where there is none, or no room.
fn split(group: &Group, names: &[Vec<String>], room: usize) -> Option<Vec<Group>> {
    let depth = group.parts.len();
    let mut next: BTreeMap<Option<&String>, Vec<usize>> = BTreeMap::new();
    for &member in &group.members {
        next.entry(names[member].get(depth))
            .or_default()
            .push(member);
    }
    if next.len() == 1 && next.contains_key(&None) || room < 2 && next.len() > 1 {
        return None;
    }
    let mut parts: Vec<Group> = next
        .into_iter()
        .map(|(part, members)| Group {
            parts: group.parts.iter().chain(part).cloned().collect(),
            members,
            others: false,
        })
        .collect();
    if parts.len() > room {
        parts.sort_by_key(|part| (Reverse(part.members.len()), part.parts.clone()));
        let rest = parts.split_off(room - 1);
        parts.push(Group {
            parts: group.parts.clone(),
            members: rest.into_iter().flat_map(|part| part.members).collect(),
            others: true,
        });
    }
    Some(parts)
}

/// The parts of a name: of a path by `/`, of a module by `::`, `/` or `.`.
pub(in crate::report) fn parts(name: &str) -> Vec<String> {
    let mark = ["::", "/", "."]
        .into_iter()
        .find(|mark| name.contains(mark));
    match mark {
        Some(mark) => name.split(mark).map(str::to_owned).collect(),
        None => vec![name.to_owned()],
    }
}

/// What parts of paths and of modules' names are told apart by.
pub(in crate::report) const SEPARATORS: &[char] = &['.', '/', ':'];
/// The same, and what the words of one name are told apart by.
pub(in crate::report) const WORDS: &[char] = &['.', '/', ':', '-', '_'];

/// Bytes at the start of each name that all of them share, up to one of `marks`; 0 where that leaves one empty.
pub(in crate::report) fn shared(names: &[&str], marks: &[char]) -> usize {
    let [first, rest @ ..] = names else { return 0 };
    let common = rest.iter().fold(first.len(), |most, name| {
        let same = first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b);
        most.min(same.count())
    });
    let head = first.get(..common).unwrap_or_default();
    let cut = head.rfind(marks).map_or(0, |at| at + 1);
    let whole = |name: &&str| name.len() > cut;
    if rest.is_empty() || !names.iter().all(whole) {
        return 0;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(names: &[&str], most: usize) -> Vec<(String, usize, bool)> {
        let names: Vec<Vec<String>> = names.iter().map(|name| parts(name)).collect();
        let found = groups(&names, most).into_iter();
        found
            .map(|group| (group.parts.join("/"), group.members.len(), group.others))
            .collect()
    }

    #[test]
    fn one_crate_falls_apart_into_its_rooms() {
        let names = ["app", "app::a", "app::a::b", "app::a::c", "app::d"];
        assert_eq!(
            made(&names, 3),
            [
                ("app".into(), 1, false),
                ("app/a".into(), 3, false),
                ("app/d".into(), 1, false)
            ]
        );
    }

    #[test]
    fn deep_folders_with_most_of_the_code_are_opened() {
        let names: Vec<String> = (0..30)
            .map(|at| format!("apps/api/src/m{at:02}"))
            .chain(["apps/web/x".into(), "libs/y".into()])
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = made(&names, 10);
        assert_eq!(found.len(), 10);
        assert_eq!(found[0], ("apps/api/src".into(), 23, true));
        assert_eq!(found.last(), Some(&("libs".into(), 1, false)));
    }

    #[test]
    fn what_all_names_share_is_no_news() {
        let names = |names: &[&str]| shared(names, SEPARATORS);
        assert_eq!(names(&["org.a.x", "org.a.y"]), 6);
        assert_eq!(names(&["org.a", "org.a.y"]), 4);
        assert_eq!(names(&["x"]), 0);
        assert_eq!(names(&["ab", "ac"]), 0);
        assert_eq!(names(&["shop-a", "shop-b"]), 0);
        assert_eq!(shared(&["shop-a", "shop-b"], WORDS), 5);
    }
}
