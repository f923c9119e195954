//! The system's verdict in words that text and page share.
//!
//! In: [`SystemVerdict`]. Out: half a sentence, without its subject.
//! Invariant: an answer that rests on part of the services says of how many.
//! Never: decides; `analysis` has.

use crate::analysis::{Answer, SystemVerdict};

/// The answer, such as `none found; calls known for 17 of 20 services`.
pub(in crate::report) fn answer(verdict: SystemVerdict) -> String {
    let SystemVerdict {
        services,
        known,
        in_cycles,
        traced,
        ..
    } = verdict;
    let seen = format!("calls known for {known} of {services} services");
    match verdict.answer {
        Answer::Yes => format!("yes; {in_cycles} of {services} services wait for each other"),
        Answer::Suspected => {
            format!("suspected; {in_cycles} of {services} services wait for each other")
        }
        Answer::NoneFound => format!("none found; {seen}"),
        Answer::Unknown if traced => format!("unknown; {seen}"),
        Answer::Unknown => format!("unknown; {seen}, no traces"),
        Answer::NotApplicable if services == 1 => "not applicable (one service)".to_owned(),
        Answer::NotApplicable => "not applicable (no services)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_that_was_seen_stands_beside_the_answer() {
        let verdict = |answer| SystemVerdict {
            answer,
            services: 20,
            known: 3,
            in_cycles: 2,
            traced: false,
        };
        let said = |of| answer(verdict(of));
        assert_eq!(
            said(Answer::Unknown),
            "unknown; calls known for 3 of 20 services, no traces"
        );
        assert_eq!(
            said(Answer::NoneFound),
            "none found; calls known for 3 of 20 services"
        );
        assert_eq!(
            said(Answer::Yes),
            "yes; 2 of 20 services wait for each other"
        );
        assert_eq!(
            answer(SystemVerdict::default()),
            "not applicable (no services)"
        );
    }
}
