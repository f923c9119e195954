//! Paths as git prints them: quoted like C strings where they hold unusual bytes.
//!
//! In: a printed path. Out: its bytes.
//! Invariant: what is not quoted is returned as it is.
//! Never: panics on a broken escape.

/// The bytes of a printed path.
///
/// `"caf\303\251.txt"` (octal digits in a C string) is `café.txt`. A backslash before any
/// other letter stands for that letter.
pub(super) fn unquote(path: &[u8]) -> Vec<u8> {
    let Some(inner) = path
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
    else {
        return path.to_vec();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit) = rest.next_if(|next| (b'0'..=b'7').contains(next)) else {
                        break;
                    };
                    value = value * 8 + u32::from(digit - b'0');
                }
                bytes.push(u8::try_from(value & 0xFF).unwrap_or(b'?'));
            }
            Some(letter) => bytes.push(escape(letter)),
            None => bytes.push(b'\\'),
        }
    }
    bytes
}

/// The byte of a one-letter escape.
fn escape(letter: u8) -> u8 {
    match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::unquote;

    #[test]
    fn undoes_the_quotes_of_git() {
        assert_eq!(unquote(b"plain name"), b"plain name");
        assert_eq!(
            unquote(br#""a\tb\"c\\d\303\244\1""#),
            b"a\tb\"c\\d\xC3\xA4\x01"
        );
        assert_eq!(unquote(br#""broken\""#), b"broken\\");
        assert_eq!(unquote(b"\"open"), b"\"open");
    }
}
