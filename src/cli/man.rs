//! `seamline man`: the manual, one page a command.
//!
//! In: the name of a command, or a folder. Out: pages for `man`.
//! Invariant: derived from the command line itself, as `--help` is.
//! Never: a page that is installed anywhere.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::CommandFactory;
use clap_mangen::Man;

use super::args::{self, Cli};
use super::output;
use crate::config::nearest;

/// Prints one page, or writes all of them into a folder.
pub(super) fn run(arguments: &args::Man) -> Result<ExitCode> {
    if let Some(folder) = &arguments.dir {
        write_all(folder)?;
    } else {
        let page = Man::new(page_of(arguments.name.as_deref())?);
        output::write(None, |sink| page.render(sink))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The program, or its command called `name` (`traces fold` for one below another).
fn page_of(name: Option<&str>) -> Result<clap::Command> {
    let pages = pages();
    let wanted = name.map_or_else(
        || "seamline".to_owned(),
        |name| format!("seamline-{}", name.replace(' ', "-")),
    );
    let found = pages.iter().find(|page| title(page) == wanted);
    found.cloned().ok_or_else(|| {
        let known = pages
            .iter()
            .filter_map(|page| title(page).strip_prefix("seamline-"));
        let name = name.unwrap_or_default();
        anyhow!("no command is called `{name}`{}", nearest(name, known))
    })
}

/// The program and all its commands, by the names of their pages.
fn pages() -> Vec<clap::Command> {
    let mut program = Cli::command().disable_help_subcommand(true);
    // Gives the commands below the names of those above, as their pages have them.
    program.build();
    let mut open = vec![program];
    let mut pages = Vec::new();
    while let Some(page) = open.pop() {
        open.extend(page.get_subcommands().cloned());
        pages.push(page);
    }
    pages.sort_by(|a, b| title(a).cmp(title(b)));
    pages
}

/// The name of the page of a command.
fn title(command: &clap::Command) -> &str {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

/// Writes every page as `NAME.1`; the folder is made if need be.
fn write_all(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for page in pages() {
        let file = folder.join(format!("{}.1", title(&page)));
        let page = Man::new(page);
        output::write(Some(&file), |sink: &mut dyn Write| page.render(sink))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_options() {
        let pages = pages();
        let names: Vec<&str> = pages.iter().map(title).collect();
        assert!(names.contains(&"seamline-traces-fold") && names[0] == "seamline");
        for page in pages {
            let options: Vec<String> = page
                .get_arguments()
                .filter_map(|option| option.get_long())
                .map(|long| long.replace('-', "\\-"))
                .collect();
            let mut text = Vec::new();
            Man::new(page).render(&mut text).expect("a sink in memory");
            let text = String::from_utf8(text).expect("text");
            for option in options {
                assert!(text.contains(&option), "{option}: {text}");
            }
        }
        assert!(page_of(Some("chek")).is_err_and(|error| error.to_string().contains("`check`")));
    }
}
