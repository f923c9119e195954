//! The host in an address, however it is written.
//!
//! In: a URL, `host:port`, the name of a cluster of Envoy. Out: the host.
//! Invariant: one host has one name, in lower case, without port, path or user.
//! Never: a look-up.

use std::borrow::Cow;

/// The host in `address`; the address itself where it has none, as a socket in the file system.
///
/// `https://user@Shop.example:8443/a?b` → `shop.example`; `outbound|8080|v1|cart.svc` (Envoy)
/// → `cart.svc`; of a list of hosts the first.
pub(super) fn of(address: &[u8]) -> Cow<'_, [u8]> {
    let after =
        |text: &[u8], mark: u8| text.iter().rposition(|byte| *byte == mark).map(|at| at + 1);
    let mut host = &address[after(address, b'|').unwrap_or(0)..];
    if let Some(at) = memchr::memmem::find(host, b"://") {
        host = &host[at + 3..];
    }
    let end = host
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#' | b';' | b','));
    host = &host[..end.unwrap_or(host.len())];
    host = &host[after(host, b'@').unwrap_or(0)..];
    host = portless(host);
    host = host.strip_suffix(b".").unwrap_or(host);
    if host.is_empty() && !address.contains(&b'|') {
        return Cow::Borrowed(address);
    }
    if host.iter().any(u8::is_ascii_uppercase) {
        return Cow::Owned(host.to_ascii_lowercase());
    }
    Cow::Borrowed(host)
}

/// `name` without a port behind it.
///
/// `shop:8080` → `shop`, `[::1]:80` → `::1`. An address with several colons stays as it is.
pub(super) fn portless(name: &[u8]) -> &[u8] {
    if let Some(rest) = name.strip_prefix(b"[") {
        let end = rest.iter().position(|byte| *byte == b']');
        return &rest[..end.unwrap_or(rest.len())];
    }
    let mut colons = name.iter().enumerate().filter(|(_, byte)| **byte == b':');
    match (colons.next(), colons.next()) {
        (Some((at, _)), None) if at > 0 && is_port(&name[at + 1..]) => &name[..at],
        _ => name,
    }
}

/// Whether the text is a port: one to five digits.
fn is_port(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= 5 && text.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_has_one_name() {
        let host = |text: &str| String::from_utf8_lossy(&of(text.as_bytes())).into_owned();
        for text in [
            "billing",
            "billing:8080",
            "Billing.",
            "http://billing/x?y=1",
            "https://user:secret@billing:8443/x@y",
            "jdbc:postgresql://billing:5432/shop",
            "outbound|8080||billing",
        ] {
            assert_eq!(host(text), "billing", "{text}");
        }
        assert_eq!(host("[2001:db8::1]:80"), "2001:db8::1");
        assert_eq!(host("2001:db8::1"), "2001:db8::1");
        assert_eq!(host("/run/pg.sock"), "/run/pg.sock");
        assert_eq!(host("inbound|8080||"), "");
        assert_eq!(portless(b"urn:x"), b"urn:x");
    }
}
