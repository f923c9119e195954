//! Reads a recorded `git log`.
//!
//! In: text. Out: [`RawLog`].
//! Invariant: a line that makes no sense is counted with its number, the rest is kept; merges are skipped.
//! Never: reads a repository.

use super::commit::{Change, RawCommit, RawLog};
use super::recorded_entry::{Entry, Previous};
use super::{noise, tickets};
use crate::model::{AuthorId, Notification, PathId, Texts};
use crate::source::push_lossless;

/// Most bad lines that are named one by one.
const MOST_NAMED: usize = 20;

/// Reads `text`, which holds one block per commit.
pub(super) fn parse(text: &[u8]) -> RawLog {
    let mut reader = Reader::default();
    for (number, line) in (1_u32..).zip(text.split(|&byte| byte == b'\n')) {
        reader.line(number, line.strip_suffix(b"\r").unwrap_or(line));
    }
    reader.finish()
}

/// The log as far as it was read.
#[derive(Default)]
struct Reader {
    /// Paths met so far.
    paths: Texts<PathId>,
    /// Signatures met so far.
    authors: Texts<AuthorId>,
    /// Commits, in the order of the text.
    commits: Vec<RawCommit>,
    /// The commit that is being read.
    open: Option<Open>,
    /// Merges that were skipped.
    merges: u64,
    /// Lines that made no sense.
    bad: u64,
    /// The first of them, as notifications.
    notifications: Vec<Notification>,
}

/// The commit that is being read.
struct Open {
    /// What is known of it.
    commit: RawCommit,
    /// The line that it starts at.
    line: u32,
    /// It is a merge.
    merge: bool,
    /// A date was read.
    dated: bool,
    /// The first line of a message was read.
    titled: bool,
    /// Whether its lines tell what happened to files.
    previous: Previous,
}

impl Reader {
    /// Takes one line, by what it starts with.
    fn line(&mut self, number: u32, line: &[u8]) {
        if let Some(id) = commit_id(line) {
            self.close();
            self.open = Some(Open {
                commit: RawCommit::new(id),
                line: number,
                merge: false,
                dated: false,
                titled: false,
                previous: Previous::default(),
            });
        } else if line.iter().all(u8::is_ascii_whitespace) {
            // Blank lines only separate.
        } else if self.open.is_none() {
            self.complain(number, "stands before the first `commit` line");
        } else if let Err(problem) = self.inside(line) {
            self.complain(number, problem);
        }
    }

    /// Takes a line of the open commit: a header, a line of its message, or a changed file.
    fn inside(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let Some(open) = self.open.as_mut() else {
            return Ok(());
        };
        if let Some((key, value)) = header(line) {
            return open.header(key, value, &mut self.authors);
        }
        if line.starts_with(b"    ") {
            // A message as plain `git log` prints it.
            open.message(line);
            return Ok(());
        }
        match super::recorded_entry::parse(line, &mut open.previous)? {
            Some(entry) => {
                let change = change(&entry, &mut self.paths);
                open.commit.changes.push(change);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Counts a line that makes no sense, and names it unless there were many.
    fn complain(&mut self, number: u32, problem: &str) {
        self.bad += 1;
        if self.notifications.len() < MOST_NAMED {
            let message = format!("recorded log: line {number} {problem}; it was left out");
            self.notifications
                .push(Notification::warning("bad-log-line", message).at_line(number));
        }
    }

    /// Ends the open commit; a merge is only counted, one without a date is left out.
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        if open.merge {
            self.merges += 1;
            return;
        }
        if !open.dated {
            self.complain(
                open.line,
                "begins a commit without a date (`date` with seconds since 1970)",
            );
            return;
        }
        open.commit.changes.sort_unstable();
        open.commit.changes.dedup_by_key(|change| change.path);
        self.commits.push(open.commit);
    }

    /// The log, with a word on what is missing in it as a whole.
    fn finish(mut self) -> RawLog {
        self.close();
        if self.bad > MOST_NAMED as u64 {
            let message = format!("recorded log: {} lines were left out in all", self.bad);
            self.notifications
                .push(Notification::warning("bad-log-line", message));
        }
        if self.commits.is_empty() {
            let message = "recorded log: no commit found; record it with `git log --no-merges --raw --abbrev=40 \
                           --format='commit %H%nauthor %aN <%aE>%ndate %at%nsubject %s%n'`";
            self.notifications
                .push(Notification::error("no-history", message));
        }
        if !self.commits.is_empty() && self.commits.iter().all(|one| one.changes.is_empty()) {
            let message = "recorded log: no commit lists its files, so change is unknown; record it with \
                           `--numstat`, `--raw` or `--name-status` (`--stat` shortens paths)";
            self.notifications
                .push(Notification::error("unreadable-history", message));
        }
        let mut log = RawLog {
            paths: self.paths.into_list(),
            authors: self.authors.into_list(),
            notifications: self.notifications,
            ..RawLog::default()
        };
        log.coverage.head = self.commits.first().map(|commit| commit.id.to_string());
        if self.merges > 0 {
            log.coverage.dropped.insert("merge".to_owned(), self.merges);
        }
        log.commits = self.commits;
        log
    }
}

/// `commit 4f2c…` with a whole or an abbreviated id, also with decorations behind it.
fn commit_id(line: &[u8]) -> Option<&str> {
    let rest = std::str::from_utf8(line.strip_prefix(b"commit ")?).ok()?;
    let id = rest.split(' ').next()?;
    let hexadecimal = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    ((7..=64).contains(&id.len()) && hexadecimal).then_some(id)
}

/// A header line of either form, as key and value; `None` for other lines.
fn header(line: &[u8]) -> Option<(&str, &[u8])> {
    let space = memchr::memchr(b' ', line)?;
    let key = std::str::from_utf8(line.get(..space)?).ok()?;
    let known = [
        "author",
        "date",
        "subject",
        "Author:",
        "Date:",
        "Merge:",
        "Commit:",
        "CommitDate:",
        "AuthorDate:",
    ];
    known
        .contains(&key)
        .then_some((key, line.get(space + 1..)?))
}

impl Open {
    /// Takes a header of the commit.
    fn header(
        &mut self,
        key: &str,
        value: &[u8],
        authors: &mut Texts<AuthorId>,
    ) -> Result<(), &'static str> {
        let text = String::from_utf8_lossy(value);
        let text = text.trim();
        match key {
            "author" | "Author:" => self.commit.author = authors.id(text),
            "date" | "Date:" | "AuthorDate:" => {
                self.commit.time = seconds(text).ok_or("has a date that cannot be read")?;
                self.dated = true;
            }
            "Merge:" => self.merge = true,
            "subject" => {
                self.commit.tickets = tickets::find(text);
                self.commit.reformats = noise::reformats(text);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a line of the message: the first tells the kind of the commit, the first with a
    /// ticket its tickets.
    fn message(&mut self, line: &[u8]) {
        if !self.titled {
            self.titled = true;
            self.commit.reformats = noise::reformats(&String::from_utf8_lossy(line));
        }
        if self.commit.tickets.is_empty() && self.commit.changes.is_empty() {
            self.commit.tickets = tickets::find(&String::from_utf8_lossy(line));
        }
    }
}

/// Seconds since 1970, or a date in one of git's formats.
fn seconds(text: &str) -> Option<i64> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
        && let Ok(seconds) = text.parse()
    {
        return Some(seconds);
    }
    gix::date::parse(text, None).ok().map(|time| time.seconds)
}

/// An entry as a change, its paths numbered.
fn change(entry: &Entry, paths: &mut Texts<PathId>) -> Change {
    let mut id = |path: &[u8]| {
        let mut text = String::with_capacity(path.len());
        push_lossless(&mut text, path);
        paths.id(&text)
    };
    let path = id(&entry.path);
    Change {
        path,
        what: entry.what(&mut id),
    }
}

#[cfg(test)]
mod tests {
    use super::super::commit::What;
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    fn check(text: &str, expected: &[&str]) -> RawLog {
        let log = parse(text.as_bytes());
        let shown: Vec<String> = log
            .commits
            .iter()
            .map(|commit| show(&log, commit))
            .collect();
        assert_eq!(shown, expected);
        log
    }

    fn show(log: &RawLog, commit: &RawCommit) -> String {
        let name = |path: PathId| &log.paths[path];
        let mut changes: Vec<String> = commit
            .changes
            .iter()
            .map(|change| match change.what {
                What::Added => format!("+{}", name(change.path)),
                What::Modified => format!("~{}", name(change.path)),
                What::Deleted => format!("-{}", name(change.path)),
                What::RenamedFrom(old) => format!("{}>{}", name(old), name(change.path)),
            })
            .collect();
        changes.sort();
        format!(
            "{} {} {}",
            commit.time,
            log.authors[commit.author],
            changes.join(" ")
        )
    }

    #[test]
    fn reads_the_raw_format_with_renames_and_quotes() {
        let zero = "0000000000000000000000000000000000000000";
        let text = format!(
            "commit {ONE}\nauthor Ada <a@a>\ndate 100\nsubject PAY-1: x\n\n\n\
             :100644 100644 {ONE} {TWO} M\tsrc/a.rs\n:000000 100644 {zero} {TWO} A\t\"src/\\303\\244 b.rs\"\n\
             :100644 000000 {ONE} {zero} D\tc.rs\n:100644 100644 {ONE} {ONE} R087\told/d.rs\tnew/d.rs\n\
             commit {TWO}\nauthor Bob <b@b>\ndate 90\nsubject y\n\n"
        );
        let log = check(
            &text,
            &[
                "100 Ada <a@a> +src/ä b.rs -c.rs old/d.rs>new/d.rs ~src/a.rs",
                "90 Bob <b@b> ",
            ],
        );
        assert_eq!(log.commits[0].tickets, ["PAY-1".into()]);
        assert!(log.notifications.is_empty());
    }

    #[test]
    fn reads_names_statuses_and_line_counts() {
        let head = format!("commit {ONE}\nauthor A <a>\ndate 5\nsubject s\n\n");
        check(
            &format!("{head}src/a.rs\nREADME\n"),
            &["5 A <a> ~README ~src/a.rs"],
        );
        check(
            &format!("{head}M\ta\nA\tb\nD\tc\nR100\td\te\nT\tf\nC75\tg\th\n"),
            &["5 A <a> +b +h -c d>e ~a ~f"],
        );
        let numbers =
            "1\t2\ta\n-\t-\tb.png\n3\t0\tsrc/{x => y}/z.rs\n0\t0\tp => q\n0\t0\tm/{ => n}/o\n";
        check(
            &format!("{head}{numbers}"),
            &["5 A <a> m/o>m/n/o p>q src/x/z.rs>src/y/z.rs ~a ~b.png"],
        );
    }

    #[test]
    fn reads_plain_git_log_and_skips_merges() {
        let text = format!(
            "commit {ONE} (HEAD -> main)\nAuthor: A <a>\nDate:   Thu Jan 1 00:01:40 1970 +0000\n\n    PAY-2 hello\n\nM\tx\n\n\
             commit {TWO}\nMerge: 1111111 2222222\nAuthor: A <a>\nDate:   Thu Jan 1 00:00:10 1970 +0000\n\n    merge\n"
        );
        let log = check(&text, &["100 A <a> ~x"]);
        assert_eq!(log.coverage.dropped.get("merge"), Some(&1));
        assert_eq!(log.commits[0].tickets, ["PAY-2".into()]);
    }

    #[test]
    fn names_the_line_of_each_fault_and_keeps_the_rest() {
        let text = format!(
            "x\ncommit {ONE}\nauthor A <a>\ndate soon\nsubject s\n\ncommit {TWO}\nauthor A <a>\ndate 7\n\n:100644 1\nM\tok\n"
        );
        let log = check(&text, &["7 A <a> ~ok"]);
        let lines: Vec<_> = log.notifications.iter().map(|note| note.line).collect();
        assert_eq!(lines, [Some(1), Some(4), Some(2), Some(11)]);
    }

    #[test]
    fn an_empty_log_is_an_error_with_the_command() {
        let log = parse(b"");
        assert!(log.notifications[0].message.contains("git log --no-merges"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let mut text = format!("commit {ONE}\nauthor A <a>\ndate 7\n\n").into_bytes();
            text.extend(bytes);
            proptest::prop_assert!(parse(&text).commits.len() <= 400);
        }
    }
}
