//! `seamline init`: a configuration to start from.
//!
//! In: a folder. Out: `seamline.toml`, at most 30 lines, defaults commented.
//! Invariant: what it writes is read back without a change of meaning.
//! Never: overwrites a file.

use std::process::ExitCode;

use anyhow::{Result, bail};

use super::args::Init;
use super::output;
use crate::config::FILE_NAME;

/// The text that `init` writes.
pub(super) const TEXT: &str = include_str!("../../templates/seamline.toml");

pub(super) fn run(init: &Init) -> Result<ExitCode> {
    let file = init.path.join(FILE_NAME);
    if file.symlink_metadata().is_ok() {
        bail!(
            "`{}` exists already; edit it, or remove it first",
            file.display()
        );
    }
    output::write(Some(&file), |sink| sink.write_all(TEXT.as_bytes()))?;
    output::say(&format!("wrote {}", file.display()));
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::TEXT;
    use crate::config::Config;

    #[test]
    fn the_text_is_short_and_valid_also_with_its_comments_opened() {
        assert!(TEXT.lines().count() <= 30);
        Config::parse(TEXT, "commented").expect("valid as written");
        let opened: Vec<&str> = TEXT
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .collect();
        Config::parse(&opened.join("\n"), "opened").expect("valid with every example opened");
    }
}
