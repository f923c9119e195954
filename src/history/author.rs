//! People behind signatures.
//!
//! In: `Name <address>` lines, a mail map. Out: names, and which of them are programs.
//! Invariant: one person has one name as far as the mail map says.
//! Never: keeps an address.

use gix::bstr::ByteSlice as _;

/// Names of programs that do not say so.
const PROGRAMS: [&str; 12] = [
    "allcontributors",
    "bors",
    "copybara-service",
    "dependabot",
    "dependabot-preview",
    "github-actions",
    "greenkeeper",
    "mergify",
    "pre-commit-ci",
    "renovate",
    "semantic-release",
    "weblate",
];

/// The name to show for `signature`, and whether it is a program's.
///
/// A mail map may rename by name and address. Without a name, the address is shown.
pub(super) fn resolve(signature: &str, mailmap: &gix::mailmap::Snapshot) -> (String, bool) {
    let (name, address) = split(signature);
    let actor = gix::actor::SignatureRef {
        name: name.as_bytes().as_bstr(),
        email: address.as_bytes().as_bstr(),
        time: "0 +0000",
    };
    let mapped = mailmap
        .try_resolve_ref(actor)
        .and_then(|found| found.name.map(ToString::to_string));
    let shown = mapped.unwrap_or_else(|| name.to_owned());
    let shown = if shown.is_empty() {
        address.to_owned()
    } else {
        shown
    };
    let mailbox = address.split('@').next().unwrap_or_default();
    let bot = [&*shown, name, mailbox].into_iter().any(is_bot);
    (shown, bot)
}

/// The address of a person, in small letters; `None` for one that several may share.
pub(super) fn own_address(signature: &str) -> Option<String> {
    let address = split(signature).1.to_ascii_lowercase();
    let (mailbox, host) = address.split_once('@')?;
    let shared = [
        "noreply", "no-reply", "none", "root", "unknown", "user", "you",
    ];
    let own = !mailbox.is_empty() && !host.starts_with("localhost") && !shared.contains(&mailbox);
    own.then_some(address)
}

/// `Ada <ada@shop.example>` as (`Ada`, `ada@shop.example`); without brackets all is name.
fn split(signature: &str) -> (&str, &str) {
    let Some((name, rest)) = signature.rsplit_once('<') else {
        return (signature.trim(), "");
    };
    (name.trim(), rest.trim_end().trim_end_matches('>').trim())
}

/// Whether the name is that of a program: `renovate[bot]`, `release-bot`, `Weblate`.
pub(super) fn is_bot(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    let last_word = name
        .rsplit([' ', '-', '_', '.', '/'])
        .next()
        .unwrap_or_default();
    name.ends_with("[bot]")
        || ["bot", "robot", "autobot"].contains(&last_word)
        || PROGRAMS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_only_show_in_its_mailbox() {
        let nobody = gix::mailmap::Snapshot::default();
        assert!(resolve("Mend Renovate <bot@renovateapp.com>", &nobody).1);
        assert!(resolve("x <49699333+dependabot[bot]@users.example>", &nobody).1);
        assert!(!resolve("Ada Talbot <ada.talbot@shop.example>", &nobody).1);
    }

    #[test]
    fn recognises_programs_but_not_people() {
        for bot in [
            "dependabot[bot]",
            "k8s-ci-robot",
            "Release Bot",
            "bors",
            "Weblate",
        ] {
            assert!(is_bot(bot), "{bot}");
        }
        for person in ["Talbot", "Ada Lovelace", "Abbot Costello", ""] {
            assert!(!is_bot(person), "{person}");
        }
    }

    #[test]
    fn honours_the_mail_map() {
        let map = gix::mailmap::Snapshot::from_bytes(
            b"Ada Lovelace <ada@x> <al@y>\nLoop <a@a> <b@b>\nLoop <b@b> <a@a>\n",
        );
        assert_eq!(
            resolve("al <al@y>", &map),
            ("Ada Lovelace".to_owned(), false)
        );
        assert_eq!(resolve("x <a@a>", &map), ("Loop".to_owned(), false));
        assert_eq!(resolve("Eve <eve@z>", &map), ("Eve".to_owned(), false));
        assert_eq!(
            resolve(" <only@mail>", &map),
            ("only@mail".to_owned(), false)
        );
        assert_eq!(
            resolve("x <49+x[bot]@users.noreply.github.com>", &map),
            ("x".to_owned(), true)
        );
    }
}
