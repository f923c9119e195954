//! A line on a terminal for those who wait longer than a second.
//!
//! In: [`Progress`] of a run. Out: one line on stderr that goes when the run ends.
//! Invariant: nothing is written where stderr is no terminal, and nothing under `--quiet`.
//! Never: a line that stays.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::pipeline::Progress;

/// How long a run takes before it is said what it is at.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written anew.
const TICK: Duration = Duration::from_millis(200);

/// Runs `work` with a line beside it that tells its phase.
pub(super) fn beside<T>(progress: &Progress, quiet: bool, work: impl FnOnce() -> T) -> T {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    if quiet || is_dumb || !io::stderr().is_terminal() {
        return work();
    }
    let (done, ended) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || tell(progress, ended, &mut io::stderr()));
        let result = work();
        drop(done);
        result
    })
}

/// Writes the phase until the run ends, then takes the line away.
#[expect(clippy::needless_pass_by_value, reason = "a receiver is of one thread")]
fn tell(progress: &Progress, ended: Receiver<()>, terminal: &mut dyn Write) {
    let start = Instant::now();
    let mut wait = PATIENCE;
    while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        let (phase, seconds) = (progress.phase().name(), start.elapsed().as_secs());
        // A terminal that is gone is no reason to fail.
        let _ = write!(terminal, "\r{phase} … {seconds} s\x1b[K").and_then(|()| terminal.flush());
        wait = TICK;
    }
    if wait == TICK {
        let _ = write!(terminal, "\r\x1b[K").and_then(|()| terminal.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_run_writes_nothing_and_a_long_one_cleans_up() {
        let mut short = Vec::new();
        let (done, ended) = channel();
        drop(done);
        tell(&Progress::default(), ended, &mut short);
        assert_eq!(short, b"");
        let mut long = Vec::new();
        let (done, ended) = channel();
        std::thread::scope(|scope| {
            let line = &mut long;
            scope.spawn(move || tell(&Progress::default(), ended, line));
            std::thread::sleep(PATIENCE + TICK);
            drop(done);
        });
        let text = String::from_utf8(long).expect("text");
        assert!(text.starts_with("\rlisting files … 1 s"), "{text:?}");
        assert!(text.ends_with("\r\x1b[K"), "{text:?}");
    }
}
