//! Quotes, dashes and soft hyphens.

use tracing::instrument;

/// Makes plain text fit to print.
#[instrument(skip_all)]
pub fn polish(text: &str) -> String {
    text.lines().map(|line| line.split(' ').map(word).collect::<Vec<_>>().join(" ") + "\n").collect()
}

fn word(word: &str) -> String {
    if word.contains(['<', '=', '/']) {
        return word.to_owned();
    }
    match word.strip_prefix('"') {
        Some(rest) => "“".to_owned() + &rest.replacen('"', "”", 1),
        None => hyphens(&word.replace("--", "–")),
    }
}

/// A soft hyphen between a vowel and two consonants, in long words only.
fn hyphens(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let vowel = |i: usize| letters.get(i).is_some_and(|c| "aeiouy".contains(*c));
    let mut out = String::new();
    for (i, letter) in letters.iter().enumerate() {
        out.push(*letter);
        if letters.len() > 6 && i > 1 && i + 3 < letters.len() && vowel(i) && !vowel(i + 1) {
            out.push('\u{ad}');
        }
    }
    out
}
