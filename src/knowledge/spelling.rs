//! How names are spelt: their words, and the key under which two spellings are the same.
//!
//! In: names. Out: words and keys in small letters.
//! Invariant: what is kept and what is only asked about are the same.
//! Never: what a word means; the tables say that.

/// The name with nothing but lower-case letters and digits.
#[must_use]
pub fn key(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Longest key or word that is built without memory of its own; none of the tables holds a longer one.
const USUAL: usize = 64;

/// Asks about the [`key`] of a name without keeping it.
pub fn with_key<T>(name: &str, ask: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0; USUAL];
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(place) = buffer.get_mut(length) else {
            return ask(&key(name));
        };
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    ask(str::from_utf8(&buffer[..length]).unwrap_or_default())
}

/// Whether `fits` is true of any of the [`words`] of a name, which are not kept.
pub fn any_word(name: &str, fits: impl Fn(&str) -> bool) -> bool {
    let mut buffer = [0; USUAL];
    let mut length = 0;
    let ends = |word: &[u8]| !word.is_empty() && str::from_utf8(word).is_ok_and(&fits);
    let mut lower_before = false;
    for byte in name.bytes() {
        let part = byte.is_ascii_alphanumeric();
        if !part || byte.is_ascii_uppercase() && lower_before {
            if ends(&buffer[..length]) {
                return true;
            }
            length = 0;
        }
        if part {
            let Some(place) = buffer.get_mut(length) else {
                return words(name).iter().any(|word| fits(word));
            };
            *place = byte.to_ascii_lowercase();
            length += 1;
        }
        lower_before = byte.is_ascii_lowercase();
    }
    ends(&buffer[..length])
}

/// The words of a name: split at punctuation and at humps, lower case.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut lower_before = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && lower_before) {
            words.push(std::mem::take(&mut current));
        }
        if c.is_ascii_alphanumeric() {
            current.push(c.to_ascii_lowercase());
        }
        lower_before = c.is_ascii_lowercase();
    }
    words.push(current);
    words.retain(|word| !word.is_empty());
    words
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
