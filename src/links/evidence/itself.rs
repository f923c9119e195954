//! Addresses by which a program reaches itself.
//!
//! In: a text with the names it was put together from. Out: yes or no.
//! Invariant: the host is the loopback interface and the port is one's own.
//! Never: a port that is named after something else, as in `localhost:${REDIS_PORT}`.

use crate::knowledge::Clients;
use crate::model::names::words;

/// Whether a text such as `http://127.0.0.1:${port}/status` leads back to the program that holds it. What a name as
/// plain as `port` stands for elsewhere tells nothing.
pub(super) fn is_itself(clients: &Clients, text: &str) -> bool {
    let mut hosts = clients.local_hosts.iter();
    hosts.any(|host| {
        let after = text
            .split_once(host)
            .and_then(|(_, rest)| rest.strip_prefix(':'));
        after.is_some_and(|rest| is_own_port(clients, rest))
    })
}

/// Whether the text behind the colon is a placeholder for one's own port: `${port}`,
/// `{server.port}`. `${REDIS_PORT}` is the port of something else, and `8080` may be anybody's.
fn is_own_port(clients: &Clients, rest: &str) -> bool {
    let inside = rest.trim_start_matches(['$', '#', '{', '(', '%']);
    if inside.len() == rest.len() {
        return false;
    }
    let named = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let name = inside.split(|c| !named(c)).next().unwrap_or_default();
    let words = words(name.rsplit('.').next().unwrap_or(name));
    let Some((last, others)) = words.split_last() else {
        return false;
    };
    last == "port" && others.iter().all(|word| clients.own_ports.has(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn a_plain_port_of_the_loopback_interface_is_ones_own() {
        let known = Knowledge::default();
        let is_itself = |text| is_itself(&known.clients, text);
        assert!(is_itself("http://127.0.0.1:${port}/status"));
        assert!(is_itself("http://localhost:{settings.HTTP_PORT}/health"));
        assert!(is_itself("http://localhost:${server.port}"));
        assert!(!is_itself("http://localhost:${REDIS_PORT}"));
        assert!(!is_itself("http://localhost:${config.orders.ordersPort}"));
        assert!(!is_itself("http://localhost:8080/port"));
        assert!(!is_itself("http://orders:${port}"));
    }
}
