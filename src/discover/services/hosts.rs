//! Application hosts of .NET Aspire: the programs that they start, by the names under which others reach them.
//!
//! In: the text of a host. Out: candidates.
//! Invariant: a project that the host adds has the name that it is added by.
//! Never: databases and brokers; they have no folder. A gateway made of routes alone has none either.

use super::candidate::{Candidate, Origin};
use crate::knowledge::Programs;
use crate::model::names;
use crate::model::{Location, Position};

/// Whether a file of this path may start an application model.
pub(super) fn may_host(path: &str) -> bool {
    path.ends_with(".cs") && path.to_ascii_lowercase().contains("apphost")
}

/// The programs that the host at `path` starts; `paths` are those of the tree.
pub(super) fn read(known: &Programs, path: &str, text: &str, paths: &[&str]) -> Vec<Candidate> {
    if !text.contains("DistributedApplication.CreateBuilder") {
        return Vec::new();
    }
    let lines = (1..).zip(text.lines());
    lines
        .filter_map(|(number, line)| program(known, path, line, number, paths))
        .collect()
}

/// `builder.AddProject<Projects.Shop_Orders>("orders")`, `builder.AddNpmApp("web", "../web")`
fn program(
    known: &Programs,
    path: &str,
    line: &str,
    number: u32,
    paths: &[&str],
) -> Option<Candidate> {
    let location = Location::new(path, Position::new(number, 1));
    let texts: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    let name = *texts.first()?;
    if line.contains(".AddYarp(") {
        let mut gateway = Candidate::new(Origin::Procfile, name, location);
        gateway.image = Some("yarp".to_owned());
        return Some(gateway);
    }
    let dir = if let Some((_, rest)) = line.split_once("AddProject<Projects.") {
        let project = rest.split('>').next()?;
        let stem = |path: &str| names::tail(path).trim_end_matches(".csproj").to_owned();
        let is_project = |path: &&&str| {
            path.ends_with(".csproj") && stem(path).replace(['.', '-'], "_") == project
        };
        names::folder(paths.iter().find(is_project)?).to_owned()
    } else {
        let added = |call: &&str| line.contains(&format!(".{call}("));
        known.aspire.iter().find(added)?;
        let folder = texts.get(1)?.replace('\\', "/");
        names::join(names::folder(path), &folder)?
    };
    Some(Candidate::new(Origin::Procfile, name, location).in_dir(dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_names_its_programs() {
        let text = "var builder = DistributedApplication.CreateBuilder(args);\nvar pg = builder.AddPostgres(\"pg\");\nbuilder.AddProject<Projects.Shop_Orders>(\"orders\").WithReference(pg);\nbuilder.AddNpmApp(\"web\", \"../web\");\nbuilder.AddProject<Projects.Elsewhere>(\"x\");\n";
        let paths = ["Shop.AppHost/Program.cs", "Shop.Orders/Shop.Orders.csproj"];
        let known = crate::knowledge::Knowledge::default()
            .frameworks
            .programs
            .clone();
        let shown = |text: &str| -> Vec<(String, Option<String>)> {
            let found = read(&known, "Shop.AppHost/Program.cs", text, &paths);
            found.into_iter().map(|c| (c.name, c.dir)).collect()
        };
        let pair = |name: &str, dir: &str| (name.to_owned(), Some(dir.to_owned()));
        assert_eq!(
            shown(text),
            [pair("orders", "Shop.Orders"), pair("web", "web")]
        );
        assert!(shown("services.AddProject<Projects.Shop_Orders>(\"orders\");").is_empty());
        assert!(may_host("a/Shop.AppHost/Program.cs") && !may_host("a/Shop/Program.cs"));
    }
}
