//! How names are spelt: their words, and the key under which two spellings are the same.
//!
//! In: names. Out: words and keys in small letters.
//! Invariant: what is kept and what is only asked about are the same.
//! Never: what a word means; the tables say that.

/// Longest key or word that is built without memory of its own; none of the tables holds a longer one.
const USUAL: usize = 64;

/// The name with nothing but lower-case letters and digits.
#[must_use]
pub fn key(name: &str) -> String {
    with_key(name, str::to_owned)
}

/// Asks about the [`key`] of a name without keeping it.
pub fn with_key<T>(name: &str, ask: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0; USUAL];
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(place) = buffer.get_mut(length) else {
            let kept = name.chars().filter(char::is_ascii_alphanumeric);
            return ask(&kept.collect::<String>().to_ascii_lowercase());
        };
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    ask(str::from_utf8(&buffer[..length]).unwrap_or_default())
}

/// The words of a name: split at punctuation and at humps, lower case.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    parts(name).map(str::to_ascii_lowercase).collect()
}

/// Whether `fits` is true of any of the [`words`] of a name, which are not kept.
pub fn any_word(name: &str, fits: impl Fn(&str) -> bool) -> bool {
    // A word is its own key, as it has letters and digits only.
    parts(name).any(|word| with_key(word, &fits))
}

/// The words of a name as they are written.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let plain = name.split(|c: char| !c.is_ascii_alphanumeric());
    plain.flat_map(humps)
}

/// The parts of `OrderService`, which has letters and digits only.
fn humps(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let starts =
            |at: &usize| bytes[*at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase();
        let end = (1..bytes.len()).find(starts).unwrap_or(bytes.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_words_are_the_same_whether_they_are_kept_or_not() {
        let long = "a_long_name".repeat(12);
        for name in [
            "",
            "OrderService",
            "x-Y_z9",
            "größeX",
            "ABc",
            &long,
            &"x".repeat(70),
        ] {
            assert_eq!(with_key(name, str::to_owned), key(name));
            let found = std::cell::RefCell::new(Vec::new());
            let keep = |word: &str| {
                found.borrow_mut().push(word.to_owned());
                false
            };
            assert!(!any_word(name, keep));
            let found = found.into_inner();
            let kept = words(name);
            assert!(found.ends_with(&kept), "{name}: {found:?}");
            assert!(kept.iter().all(|word| any_word(name, |own| own == word)));
        }
    }
}
