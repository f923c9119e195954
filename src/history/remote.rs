//! The address of a file on the host that a repository was cloned from.
//!
//! In: the address of a remote, as `git clone` was given it. Out: a pattern with `{commit}`, `{path}` and `{line}`.
//! Invariant: neither user nor password nor port of a shell survives.
//! Never: an address of a host whose pages are not known; it asks nobody.

/// Words in the name of a host, and what stands between the repository and a line of a file there.
const HOSTS: [(&str, &str); 7] = [
    ("github", "blob/{commit}/{path}#L{line}"),
    ("gitlab", "-/blob/{commit}/{path}#L{line}"),
    ("bitbucket.org", "src/{commit}/{path}#lines-{line}"),
    ("codeberg", "src/commit/{commit}/{path}#L{line}"),
    ("gitea", "src/commit/{commit}/{path}#L{line}"),
    ("forgejo", "src/commit/{commit}/{path}#L{line}"),
    ("gogs", "src/commit/{commit}/{path}#L{line}"),
];

/// Where the files of `folder` are shown, a folder of the repository that was cloned from `remote`.
///
/// `git@github.com:acme/shop.git` and the folder `web` give
/// `https://github.com/acme/shop/blob/{commit}/web/{path}#L{line}`. `None` for hosts that are
/// not known, and for names that would need escapes.
pub(super) fn pages(remote: &str, folder: &str) -> Option<String> {
    let (host, path) = parts(remote)?;
    let (_, form) = HOSTS.into_iter().find(|(word, _)| host.contains(word))?;
    let inside = match folder {
        "" => String::new(),
        folder => format!("{folder}/"),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '/');
    if !path.contains('/') || !(path.chars().chain(inside.chars())).all(plain) {
        return None;
    }
    let form = form.replace("{path}", &format!("{inside}{{path}}"));
    Some(format!("https://{host}/{path}/{form}"))
}

/// Host, and path without its ending: of `https://user:secret@host:443/a/b.git`, `git@host:a/b`, `ssh://git@host:22/a/b`.
fn parts(remote: &str) -> Option<(String, &str)> {
    let remote = remote.trim();
    let (authority, path) = match remote.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        // A colon before any slash, as of `scp`; else it is a folder of this machine.
        None => remote
            .split_once(':')
            .filter(|(host, _)| !host.contains('/'))?,
    };
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = host
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (host.contains('.') && host.chars().all(is_name)).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_host_has_its_form() {
        for (remote, wanted) in [
            (
                "git@github.com:a/b.git",
                "https://github.com/a/b/blob/{commit}/{path}#L{line}",
            ),
            (
                "https://gitlab.example.org/group/sub/b",
                "https://gitlab.example.org/group/sub/b/-/blob/{commit}/{path}#L{line}",
            ),
            (
                "ssh://git@gitlab.com:2222/a/b.git",
                "https://gitlab.com/a/b/-/blob/{commit}/{path}#L{line}",
            ),
            (
                "https://bitbucket.org/a/b.git/",
                "https://bitbucket.org/a/b/src/{commit}/{path}#lines-{line}",
            ),
            (
                "https://codeberg.org/a/b",
                "https://codeberg.org/a/b/src/commit/{commit}/{path}#L{line}",
            ),
        ] {
            assert_eq!(pages(remote, "").as_deref(), Some(wanted), "{remote}");
        }
        let inside = pages("https://github.com/a/b", "services/x");
        assert!(inside.is_some_and(|it| it.ends_with("blob/{commit}/services/x/{path}#L{line}")));
    }

    #[test]
    fn neither_secrets_nor_strangers_get_through() {
        let told = pages("https://me:to%20ken@github.com/a/b.git", "").expect("a known host");
        assert_eq!(told, "https://github.com/a/b/blob/{commit}/{path}#L{line}");
        for remote in [
            "/srv/git/github.com/a/b.git",
            "../b",
            "file:///srv/github.com/a/b",
            "https://example.org/a/b",
            "https://github.com/only",
            "https://github.com/a/b\"onload=x",
            "javascript://github.com/a/b",
            "https://git{commit}hub.com/a/b",
            "C:\\github\\b",
            "",
        ] {
            assert_eq!(pages(remote, ""), None, "{remote}");
        }
        assert_eq!(pages("https://github.com/a/b", "x y"), None);
    }
}
