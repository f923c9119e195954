//! Modules that a build names and that are not here: a partial checkout, or a submodule that was not fetched.
//!
//! In: `pom.xml`, `Cargo.toml`, `go.work`. Out: a notification per build file.
//! Invariant: only what is named as it is counts; a pattern names nothing.
//! Never: a module that a profile or a script adds.

use std::sync::Arc;

use rayon::prelude::*;

use super::golang;
use crate::model::names::{counted, folder, join, tail};
use crate::model::{FileRole, Notification, Project};
use crate::source::Source;

/// Modules that are named in the message.
const NAMED: usize = 6;

/// Says which modules are missing.
pub(super) fn modules(project: &Project, source: &Source) -> Vec<Notification> {
    let builds = project.files.par_iter().filter(|file| {
        let counts = matches!(file.role, FileRole::Source | FileRole::Build);
        counts && matches!(tail(&file.path), "pom.xml" | "Cargo.toml" | "go.work")
    });
    builds
        .filter_map(|file| missing(project, &file.path, &source.text(&file.path).ok()?))
        .collect()
}

/// One notification for a build file that names modules which are not here; `None` where all of
/// them are. A name that leads out of the analysed folder counts as present, since nothing can be
/// said of it.
fn missing(project: &Project, path: &Arc<str>, text: &str) -> Option<Notification> {
    let named = match tail(path) {
        "pom.xml" => of_maven(text),
        "Cargo.toml" => of_cargo(text),
        _ => of_go(text),
    };
    let is_here = |name: &&String| {
        let place = join(folder(path), name);
        place.is_none_or(|place| place.is_empty() || exists(project, &place))
    };
    let all = named.len() as u64;
    let gone: Vec<&String> = named.iter().filter(|name| !is_here(name)).collect();
    let count = gone.len();
    let listed: Vec<&str> = gone.iter().take(NAMED).map(|name| name.as_str()).collect();
    let more = if count > NAMED { ", …" } else { "" };
    let message = format!(
        "{} of {} that it names {} not here ({}{more}): dependencies through them are not seen",
        count,
        counted(all, "module", "modules"),
        if count == 1 { "is" } else { "are" },
        listed.join(", ")
    );
    (count > 0).then(|| Notification::warning("missing-modules", message).in_file(path.clone()))
}

/// Whether something lies at a path, or below it.
fn exists(project: &Project, place: &str) -> bool {
    let below = format!("{place}/");
    let first = project.files.partition_point(|file| *file.path < *below);
    let inside = project.files.get(first);
    project.file(place).is_some() || inside.is_some_and(|file| file.path.starts_with(&below))
}

/// `<module>orders</module>`, outside of comments and profiles.
fn of_maven(text: &str) -> Vec<String> {
    let without = |text: &str, open: &str, close: &str| {
        let mut kept = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(open) {
            kept.push_str(before);
            rest = after.split_once(close).map_or("", |(_, after)| after);
        }
        kept + rest
    };
    let text = without(text, "<!--", "-->");
    let text = without(&text, "<profiles>", "</profiles>");
    let parts = text.split("<module>").skip(1);
    let names = parts.filter_map(|part| part.split_once("</module>"));
    let names = names.map(|(name, _)| name.trim().to_owned());
    names
        .filter(|name| !name.is_empty() && !name.contains(['$', '*']))
        .collect()
}

/// The members of a workspace that are no pattern.
fn of_cargo(text: &str) -> Vec<String> {
    let manifest: Option<toml::Table> = text.parse().ok();
    let members = manifest.and_then(|table| {
        let members = table.get("workspace")?.get("members")?.as_array()?;
        let texts = members.iter().filter_map(|member| member.as_str());
        Some(texts.map(str::to_owned).collect::<Vec<_>>())
    });
    let mut members = members.unwrap_or_default();
    members.retain(|member| !member.contains(['*', '?', '[', '{']));
    members
}

/// The modules inside of a workspace of Go.
fn of_go(text: &str) -> Vec<String> {
    let mut names = golang::members(text);
    names.retain(|name| !name.starts_with("..") && !name.starts_with('/') && name != ".");
    let bare = |name: String| name.trim_start_matches("./").to_owned();
    names.into_iter().map(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceFile;

    fn note(path: &str, text: &str) -> Option<String> {
        let files = ["a/src/A.java", "b", "pom.xml"].map(|path| SourceFile {
            path: path.into(),
            language: None,
            role: FileRole::Source,
            bytes: 0,
            package: None,
            service: None,
        });
        let project = Project {
            files: files.into_iter().collect(),
            ..Project::default()
        };
        missing(&project, &path.into(), text).map(|note| note.message)
    }

    #[test]
    fn modules_that_are_not_here_are_told() {
        let gone =
            "1 of 2 modules that it names is not here (c): dependencies through them are not seen";
        let maven = "<modules><module>a</module><module>c</module><!-- <module>d</module> --></modules><profiles><module>e</module></profiles>";
        assert_eq!(note("pom.xml", maven).as_deref(), Some(gone));
        let cargo = "[workspace]\nmembers = [\"a\", \"c\", \"crates/*\"]\n";
        assert_eq!(note("Cargo.toml", cargo).as_deref(), Some(gone));
        assert_eq!(
            note("go.work", "go 1.22\n\nuse (\n\t./a\n\t./c // later\n)\n").as_deref(),
            Some(gone)
        );
        assert_eq!(
            note("pom.xml", "<module>a</module><module>b</module>"),
            None
        );
    }
}
