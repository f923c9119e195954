//! Modules of Maven and Gradle that become a running server.
//!
//! In: build files, and the files with a main class. Out: candidates.
//! Invariant: a module counts that has a main class of a server framework, or that a plug-in packs as a program.
//! Never: runs a build; a test, or a module of a framework itself.

use std::collections::BTreeMap;

use super::build::{in_folder_of, line_of, tell_apart};
use super::candidate::Candidate;
use crate::knowledge::{Knowledge, Programs};
use crate::model::names;
use crate::source::ReadText;

/// The modules among `paths` that become a running server.
pub(super) fn programs(
    knowledge: &Knowledge,
    paths: &[&str],
    text: &ReadText<'_>,
) -> Vec<Candidate> {
    let programs = &knowledge.frameworks.programs;
    let is_build = |path: &&&str| knowledge.files.jvm_builds.has(names::tail(path));
    let mut modules: BTreeMap<&str, (String, String)> = BTreeMap::new();
    for path in paths.iter().filter(is_build) {
        modules
            .entry(names::folder(path))
            .or_insert_with(|| ((*path).to_owned(), text(path)));
    }
    let uses = |dir: &str| {
        let above = modules
            .iter()
            .filter(|(module, _)| names::within(dir, module));
        above.into_iter().any(|(_, (_, text))| {
            let mut frameworks = programs.jvm.iter();
            frameworks.any(|framework| text.contains(framework))
        })
    };
    let mut found: BTreeMap<&str, Candidate> = BTreeMap::new();
    let tests = |module: &str| {
        let build = modules.get(module);
        build.is_some_and(|(_, build)| is_behaviour_test(programs, build))
    };
    for path in paths.iter().filter(|path| is_main_source(path)) {
        let module = innermost(&modules, path).filter(|module| !tests(module));
        let Some(module) = module else {
            continue;
        };
        if found.contains_key(module) || !uses(module) {
            continue;
        }
        let code = text(path);
        if is_of_framework(programs, &code) {
            continue;
        }
        let starts = code.contains("main(") || code.contains("SpringBootServletInitializer");
        // On a class without a `main` the annotation configures those who use the library.
        let configures = |main: &str| main == "@EnableAutoConfiguration" && !starts;
        let mut mains = programs.jvm_mains.iter().filter(|main| !configures(main));
        let Some(line) = mains.find_map(|main| line_of(&code, main)) else {
            continue;
        };
        let mut candidate = of_module(path, module, &modules);
        candidate.location.at.line = line;
        candidate.hints.extend(annotations(&code));
        found.insert(module, candidate);
    }
    // What a plug-in packs as a program needs no main class.
    let packed = |build: &str| {
        let mut plugins = programs.jvm_packers.iter();
        !build.contains("<packaging>pom") && plugins.any(|plugin| build.contains(&**plugin))
    };
    let coded: Vec<&str> = paths
        .iter()
        .copied()
        .filter(|path| is_main_source(path))
        .collect();
    for (module, (path, build)) in modules.iter().filter(|(_, (_, build))| packed(build)) {
        let has_code = || {
            coded
                .iter()
                .any(|path| innermost(&modules, path) == Some(module))
        };
        if !found.contains_key(module) && !tests(module) && has_code() {
            let mut candidate = of_module(path, module, &modules);
            let plugin = programs
                .jvm_packers
                .iter()
                .find_map(|name| line_of(build, name));
            candidate.location.at.line = plugin.unwrap_or(1);
            found.insert(module, candidate);
        }
    }
    let mut found: Vec<Candidate> = found.into_values().collect();
    tell_apart(&mut found);
    found
}

/// The program of a module, with the names that its build file gives it.
fn of_module(path: &str, module: &str, modules: &BTreeMap<&str, (String, String)>) -> Candidate {
    let mut candidate = in_folder_of(path).in_dir(module);
    candidate.name = names::tail(module).to_owned();
    if let Some((_, build)) = modules.get(module) {
        candidate.hints.extend(words_of(build));
        let named = image_names(build, names::tail(module));
        let artifact = artifact_of(build).filter(|name| !name.contains('$'));
        let aliases = image_of(build).into_iter().chain(named);
        candidate
            .aliases
            .extend(aliases.chain(artifact.map(str::to_owned)));
    }
    candidate
}

/// Whether a module itself, not only its tests, is made of steps that drive a system from outside.
fn is_behaviour_test(programs: &Programs, build: &str) -> bool {
    let outside = |part: &str| {
        let part = part.split("</dependency>").next().unwrap_or(part);
        !part.contains("<scope>test</scope>")
    };
    let parts = build.split("<dependency>").skip(1).filter(|p| outside(p));
    let named = |part: &str| {
        let part = part.split("</dependency>").next().unwrap_or(part);
        let mut kits = programs.behaviour_tests.iter();
        kits.any(|kit| part.contains(&format!("<artifactId>{kit}")))
    };
    parts.into_iter().any(named)
}

/// Whether a path is source of a language of the JVM and no test.
fn is_main_source(path: &str) -> bool {
    let code = [".java", ".kt", ".groovy", ".scala"]
        .iter()
        .any(|extension| path.ends_with(extension));
    code && !path.contains("/test/") && !path.contains("Test.")
}

/// Whether a source file is part of a framework.
fn is_of_framework(programs: &Programs, code: &str) -> bool {
    let package = code.lines().find_map(|line| line.strip_prefix("package "));
    package.is_some_and(|package| {
        let mut own = programs.jvm_own.iter();
        own.any(|own| package.trim_start().starts_with(own))
    })
}

/// The folder of the innermost module around a file; `None` outside of all modules.
fn innermost<'m>(modules: &BTreeMap<&'m str, (String, String)>, path: &str) -> Option<&'m str> {
    let mut dir = names::folder(path);
    loop {
        if let Some((module, _)) = modules.get_key_value(dir) {
            return Some(module);
        }
        if dir.is_empty() {
            return None;
        }
        dir = names::folder(dir);
    }
}

/// The annotations of a file as hyphenated words: `@EnableEurekaServer` → `enable-eureka-server`.
fn annotations(code: &str) -> Vec<String> {
    let lines = code
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('@'));
    lines
        .map(|line| names::words(line.split('(').next().unwrap_or(line)).join("-"))
        .collect()
}

/// The name of the image that Jib builds from a module (Gradle: `jib { to { image = "x" } }`).
fn image_of(build: &str) -> Option<String> {
    let after = |text: &str, mark: &str| Some(text.find(mark)? + mark.len());
    let named = |plugin: &str, target: &str, open: &str, close: &[char]| {
        let text = build.get(after(build, plugin)?..)?;
        let text = text.get(after(text, target)?..)?;
        let text = text.get(after(text, "image")?..)?;
        let text = text.get(after(text, open)?..)?;
        text.split(close).next().map(str::to_owned)
    };
    let image = named("jib {", "to {", "= ", &['\n', '}'])
        .or_else(|| named("jib-maven-plugin", "<to>", ">", &['<']))?;
    let image = image.trim().trim_matches(['"', '\'']);
    let name = names::tail(image).split([':', '@']).next()?;
    (!name.is_empty() && !image.contains('$')).then(|| name.to_owned())
}

/// Names of images that properties and plug-ins of a build file give: `<docker.name>`, `<image><name>`,
/// `<repository>` of a plug-in for Dockerfiles, `imageName = "x"` of Gradle.
fn image_names(build: &str, module: &str) -> Vec<String> {
    let tags = build.split('<').filter_map(image_tag);
    let found = tags.chain(build.lines().filter_map(image_line));
    let artifact = artifact_of(build).unwrap_or(module);
    let named = found.filter_map(|value| {
        let own = [
            "${project.artifactId}",
            "${artifactId}",
            "${project.name}",
            "${rootProject.name}",
        ];
        let value = own
            .iter()
            .fold(value.to_owned(), |text, own| text.replace(own, artifact));
        let name = names::tail(&value);
        (!name.is_empty() && !name.contains(['$', '{', ' '])).then(|| name.to_owned())
    });
    named.collect()
}

/// The value of an element of a `pom.xml` that names an image; `part` begins after its bracket.
fn image_tag(part: &str) -> Option<&str> {
    let (tag, value) = part.split_once('>')?;
    let value = value.trim();
    let words = names::words(tag);
    let has = |listed: &[&str]| words.iter().any(|word| listed.contains(&&**word));
    let last = words.last().map_or("", String::as_str);
    let named = words.len() > 1 && matches!(last, "name" | "image" | "repository" | "repo");
    let image =
        named && has(&["docker", "image", "jib"]) && !has(&["base", "builder", "from", "run"]);
    let path = matches!(tag, "name" | "repository") && value.contains('/');
    (!tag.starts_with('/') && !value.contains(' ') && (image || path)).then_some(value)
}

/// The value of a line of a `build.gradle` that names an image.
fn image_line(line: &str) -> Option<&str> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim().rsplit('.').next()?.trim();
    let names = ["imageName", "dockerImageName", "dockerImage"];
    names
        .contains(&key)
        .then(|| value.trim().trim_matches(['"', '\'']))
}

/// The name that a `pom.xml` gives its own module.
fn artifact_of(build: &str) -> Option<&str> {
    let own = build.split_once("</parent>").map_or(build, |(_, own)| own);
    let own = own.split("<depend").next()?.split("<build>").next()?;
    let (_, rest) = own.split_once("<artifactId>")?;
    rest.split('<').next().map(str::trim)
}

/// Words of a build file that look like dependency names.
fn words_of(build: &str) -> Vec<String> {
    let words = build.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words
        .filter(|word| word.contains('-'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_and_plug_ins_name_images() {
        let names = |build| image_names(build, "folder");
        let properties = "<artifactId>a</artifactId><docker.name>gate</docker.name>";
        assert_eq!(names(properties), ["gate"]);
        let plugin = "<parent><artifactId>p</artifactId></parent><artifactId>orders</artifactId>\
                  <image>\n<name>acme/${project.artifactId}:1</name></image>";
        assert_eq!(names(plugin), ["orders"]);
        assert_eq!(
            names("bootBuildImage {\n  imageName = \"acme/pay\"\n}"),
            ["pay"]
        );
        let others = "<imageTag>latest</imageTag><docker.base.image>jre</docker.base.image>";
        assert!(names(others).is_empty());
        assert!(names("<name>Orders</name><url>http://x/y</url>").is_empty());
    }

    #[test]
    fn an_image_that_jib_builds_is_another_name_of_its_module() {
        let gradle =
            "jib {\n  from { image = 'base:17' }\n  to {\n    image = 'acme/shop:1'\n  }\n}";
        assert_eq!(image_of(gradle).as_deref(), Some("shop"));
        let maven =
            "<artifactId>jib-maven-plugin</artifactId><to><image>x.io/acme/shop</image></to>";
        assert_eq!(image_of(maven).as_deref(), Some("shop"));
        assert_eq!(image_of("jib { to { image = \"x/${name}\" } }"), None);
    }
}
