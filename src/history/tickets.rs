//! Ticket ids in commit subjects.
//!
//! In: a subject line. Out: ids such as `PAY-7` or `#42`.
//! Invariant: sorted, each once.
//! Never: guesses from words such as `UTF-8`.

/// Standards and algorithms that look like tickets.
const NO_PROJECT: [&str; 12] = [
    "AES", "CVE", "CWE", "GMT", "HTTP", "ISO", "MD", "PEP", "RFC", "RUSTSEC", "SHA", "UTF",
];

/// The ticket ids named in `subject`.
pub(super) fn find(subject: &str) -> Vec<Box<str>> {
    let words =
        subject.split(|letter: char| !(letter.is_ascii_alphanumeric() || "#-_".contains(letter)));
    let mut found: Vec<Box<str>> = words
        .filter(|word| is_ticket(word))
        .map(Into::into)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a word is a ticket: `#42`, or a project in capitals and a number, `PAY-7`.
fn is_ticket(word: &str) -> bool {
    if let Some(number) = word.strip_prefix('#') {
        return is_number(number);
    }
    let Some((project, number)) = word.rsplit_once('-') else {
        return false;
    };
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    project.len() >= 2
        && project.starts_with(|first: char| first.is_ascii_uppercase())
        && project.bytes().all(capital)
        && is_number(number)
        && !NO_PROJECT.contains(&project)
}

/// Whether a text is a number of one to nine digits.
fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    fn check(subject: &str, expected: &[&str]) {
        let found = super::find(subject);
        assert_eq!(
            found.iter().map(|id| &**id).collect::<Vec<_>>(),
            expected,
            "{subject}"
        );
    }

    #[test]
    fn finds_tickets_and_nothing_else() {
        check(
            "PAY-12 PAY-3: retry (#42), closes PAY-3",
            &["#42", "PAY-12", "PAY-3"],
        );
        check("[AB2-1] x", &["AB2-1"]);
        check("use UTF-8, SHA-256 and ISO-8601 for x-1 and A-1", &[]);
        check("# 12 #x PAY- -7 PAY-7a", &[]);
    }
}
