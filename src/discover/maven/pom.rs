//! Maven's project object models.
//!
//! In: `pom.xml` files. Out: packages named `group:artifact`.
//! Invariant: group, version, properties and dependencies are inherited from parents in the tree.
//! Never: expands entities, follows a parent out of the tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use roxmltree::{Document, Node};

use super::files::{read, source_roots};
use crate::model::names::{folder, join};
use crate::model::{
    DependencyScope, IndexVec, Location, Notification, Package, PackageDependency, Position,
    Project, Target, TargetKind, id,
};
use crate::source::Source;

id!(
    /// Position of a model among those of the tree.
    PomId
);

/// One `pom.xml` as written.
struct Pom {
    path: Arc<str>,
    /// As written; `None` where it is inherited from the parent.
    group: Option<String>,
    artifact: String,
    parent: Option<Parent>,
    properties: BTreeMap<String, String>,
    dependencies: Vec<Declared>,
    /// Entries of `dependencyManagement`, which only supply scopes.
    managed: Vec<Declared>,
    /// `sourceDirectory` of the build.
    sources: Option<String>,
    /// `testSourceDirectory` of the build.
    tests: Option<String>,
}

/// The model that another one inherits from.
struct Parent {
    group: String,
    artifact: String,
    /// Where its file should be, if anywhere in the tree.
    path: Option<String>,
}

/// A dependency as written, with variables still in it.
#[derive(Clone)]
struct Declared {
    group: String,
    artifact: String,
    scope: Option<String>,
    tests: bool,
    line: u32,
}

/// The Maven modules of a tree.
pub(super) fn packages(project: &Project, source: &Source) -> (Vec<Package>, Vec<Notification>) {
    let mut notifications = Vec::new();
    let is_pom = |path: &str| path == "pom.xml" || path.ends_with("/pom.xml");
    let mut poms: IndexVec<PomId, Pom> = IndexVec::default();
    for (path, text) in read(project, source, &mut notifications, is_pom) {
        match Document::parse(&text) {
            Ok(document) => poms.extend(pom(path, &document)),
            Err(error) => {
                let problem = Notification::warning(
                    "bad-manifest",
                    format!("not read as a Maven module: {error}"),
                );
                notifications.push(problem.in_file(Arc::clone(path)));
            }
        }
    }
    let all = Poms { poms: &poms };
    let packages = poms
        .ids()
        .filter_map(|at| all.package(project, at))
        .collect();
    (packages, notifications)
}

/// The first child element of this name, whatever its namespace.
fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children()
        .find(|child| child.tag_name().name() == name)
}

/// The trimmed text of a child element; `None` where it is absent or empty.
fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    let inner = node
        .children()
        .find(|child| child.tag_name().name() == name)?;
    inner
        .text()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// A model as written; `None` for XML that is no project or has no artifact. Dependencies of
/// profiles count as well, because a profile that is off by default still describes a dependency of
/// the code.
fn pom<'a>(path: &Arc<str>, document: &'a Document<'a>) -> Option<Pom> {
    let root = document.root_element();
    if root.tag_name().name() != "project" {
        return None;
    }
    let build = child(root, "build");
    let properties = child(root, "properties")
        .into_iter()
        .flat_map(|node| node.children());
    let properties = properties.filter(Node::is_element).map(|node| {
        (
            node.tag_name().name().to_owned(),
            node.text().unwrap_or("").trim().to_owned(),
        )
    });
    let mut dependencies = declared(document, root);
    for profile in child(root, "profiles")
        .into_iter()
        .flat_map(|node| node.children())
    {
        dependencies.extend(declared(document, profile));
    }
    let managed = child(root, "dependencyManagement").map(|node| declared(document, node));
    Some(Pom {
        path: Arc::clone(path),
        group: text(root, "groupId"),
        artifact: text(root, "artifactId")?,
        parent: child(root, "parent").and_then(|node| parent(path, node)),
        properties: properties.collect(),
        dependencies,
        managed: managed.unwrap_or_default(),
        sources: build.and_then(|node| text(node, "sourceDirectory")),
        tests: build.and_then(|node| text(node, "testSourceDirectory")),
    })
}

/// The parent of a model. Without a `relativePath` Maven looks at `../pom.xml`; an empty one means
/// that the parent lies in a repository only.
fn parent(path: &str, node: Node<'_, '_>) -> Option<Parent> {
    let written = node
        .children()
        .find(|child| child.tag_name().name() == "relativePath");
    let written = written.map_or("../pom.xml", |child| child.text().unwrap_or("").trim());
    let file = if written.ends_with(".xml") {
        written.to_owned()
    } else {
        format!("{written}/pom.xml")
    };
    let path = if written.is_empty() {
        None
    } else {
        join(folder(path), &file)
    };
    Some(Parent {
        group: text(node, "groupId")?,
        artifact: text(node, "artifactId")?,
        path,
    })
}

/// The entries of a `dependencies` element. An entry of type `test-jar` or classifier `tests` is
/// one on the tests of a module.
fn declared<'a>(document: &'a Document<'a>, node: Node<'a, 'a>) -> Vec<Declared> {
    let list = child(node, "dependencies")
        .into_iter()
        .flat_map(|node| node.children());
    let read = |node: Node<'_, '_>| {
        let is = |name: &str, wanted: &str| text(node, name).is_some_and(|found| found == wanted);
        Some(Declared {
            group: text(node, "groupId")?,
            artifact: text(node, "artifactId")?,
            scope: text(node, "scope"),
            tests: is("type", "test-jar") || is("classifier", "tests"),
            line: document.text_pos_at(node.range().start).row,
        })
    };
    list.filter_map(read).collect()
}

/// All models, to look parents up in.
struct Poms<'a> {
    poms: &'a IndexVec<PomId, Pom>,
}

/// Most parents that are followed, and most replacements in one value.
const MAX_STEPS: usize = 20;
/// Longest value after replacements, in bytes.
const MAX_VALUE: usize = 1_000;

impl Poms<'_> {
    /// A model and its parents in the tree, nearest first.
    fn line(&self, at: PomId) -> Vec<PomId> {
        let mut line = vec![at];
        while let Some(next) = line.last().and_then(|&at| self.parent_of(at)) {
            if line.contains(&next) || line.len() >= MAX_STEPS {
                break;
            }
            line.push(next);
        }
        line
    }

    /// The parent in the tree: the file at the written path if its artifact fits, else the first
    /// model of that artifact and group. A file of another artifact at the usual path is not the
    /// parent.
    fn parent_of(&self, at: PomId) -> Option<PomId> {
        let parent = self.poms[at].parent.as_ref()?;
        let fits = |pom: &Pom| pom.artifact == parent.artifact;
        let find = |fits: &dyn Fn(&Pom) -> bool| {
            let mut poms = self.poms.pairs();
            poms.find(|(_, pom)| fits(pom)).map(|(id, _)| id)
        };
        let near = find(&|pom| Some(&*pom.path) == parent.path.as_deref() && fits(pom));
        near.or_else(|| {
            let of_group = |pom: &Pom| pom.group.as_ref().is_none_or(|own| *own == parent.group);
            find(&|pom| fits(pom) && of_group(pom))
        })
    }

    /// The group of a model, from its parent where it has none, with variables replaced.
    fn group(&self, at: PomId) -> Option<String> {
        let pom = &self.poms[at];
        let written = pom
            .group
            .clone()
            .or_else(|| pom.parent.as_ref().map(|parent| parent.group.clone()))?;
        Some(self.value(at, &written))
    }

    /// `text` with its `${…}` replaced.
    fn value(&self, at: PomId, text: &str) -> String {
        let mut value = text.to_owned();
        for _ in 0..MAX_STEPS {
            let Some((before, rest)) = value.split_once("${") else {
                break;
            };
            let Some((name, after)) = rest.split_once('}') else {
                break;
            };
            let Some(found) = self.property(at, name) else {
                break;
            };
            value = format!("{before}{found}{after}");
            if value.len() > MAX_VALUE {
                break;
            }
        }
        value
    }

    /// The value of `${name}`: a coordinate of the model or its parent, else the nearest property
    /// up the line of parents. The value may hold variables itself.
    fn property(&self, at: PomId, name: &str) -> Option<String> {
        let pom = &self.poms[at];
        let own = name
            .strip_prefix("project.")
            .or_else(|| name.strip_prefix("pom."))
            .unwrap_or(name);
        match own {
            "groupId" => {
                return pom
                    .group
                    .clone()
                    .or_else(|| Some(pom.parent.as_ref()?.group.clone()));
            }
            "artifactId" => return Some(pom.artifact.clone()),
            "parent.groupId" => return Some(pom.parent.as_ref()?.group.clone()),
            "parent.artifactId" => return Some(pom.parent.as_ref()?.artifact.clone()),
            _ => {}
        }
        let mut line = self.line(at).into_iter().map(|at| &self.poms[at]);
        line.find_map(|pom| pom.properties.get(name)).cloned()
    }

    /// The package of a module; `None` where its group is not known. Source folders are inherited
    /// like properties.
    fn package(&self, project: &Project, at: PomId) -> Option<Package> {
        let pom = &self.poms[at];
        let name = format!("{}:{}", self.group(at)?, self.value(at, &pom.artifact));
        let dir = folder(&pom.path).to_owned();
        let folder_of = |pick: fn(&Pom) -> Option<&String>, default: &str| {
            let mut line = self.line(at).into_iter().map(|at| &self.poms[at]);
            let written = line.find_map(pick);
            written.map_or(default.to_owned(), |text| {
                self.value(at, text).replace("${basedir}/", "")
            })
        };
        let main = folder_of(|pom| pom.sources.as_ref(), "src/main/java");
        let tests = folder_of(|pom| pom.tests.as_ref(), "src/test/java");
        let target = Target {
            name: pom.artifact.clone(),
            kind: TargetKind::Library,
            root: None,
            edition: String::new(),
        };
        Some(Package {
            name,
            ecosystem: "maven",
            manifest: Arc::clone(&pom.path),
            dependencies: self.dependencies(at),
            targets: vec![target],
            covered: Vec::new(),
            source_roots: source_roots(project, &dir, &main, &tests),
            dir,
            workspace: None,
        })
    }

    /// Own dependencies in order, then those of the parents.
    fn dependencies(&self, at: PomId) -> Vec<PackageDependency> {
        let line = self.line(at);
        let mut found: Vec<PackageDependency> = Vec::new();
        for declared in line
            .iter()
            .map(|&at| &self.poms[at])
            .flat_map(|pom| pom.dependencies.iter().map(move |declared| (pom, declared)))
        {
            let (pom, declared) = declared;
            let name = format!(
                "{}:{}",
                self.value(at, &declared.group),
                self.value(at, &declared.artifact)
            );
            let key = if declared.tests {
                format!("{name}:test-jar")
            } else {
                name.clone()
            };
            if found.iter().any(|known| known.key == key) {
                continue;
            }
            let scope = declared
                .scope
                .clone()
                .or_else(|| self.managed_scope(&line, declared));
            found.push(PackageDependency {
                key,
                package: name,
                path: None,
                target: None,
                by_name: false,
                scope: if scope.as_deref() == Some("test") {
                    DependencyScope::Dev
                } else {
                    DependencyScope::Normal
                },
                location: Location::new(Arc::clone(&pom.path), Position::new(declared.line, 1)),
            });
        }
        found
    }

    /// The scope that `dependencyManagement` of the model or a parent sets.
    fn managed_scope(&self, line: &[PomId], wanted: &Declared) -> Option<String> {
        let poms = line.iter().map(|&at| &self.poms[at]);
        let mut managed = poms.flat_map(|pom| &pom.managed);
        let fits = |one: &&Declared| {
            one.artifact == wanted.artifact
                && one.group == wanted.group
                && one.tests == wanted.tests
        };
        managed.find(fits).and_then(|one| one.scope.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Id as _;

    fn check(files: &[(&str, &str)]) -> IndexVec<PomId, Pom> {
        let read = |(path, text): &(&str, &str)| {
            let document = Document::parse(text).expect("a document");
            pom(&(*path).into(), &document).expect("a model")
        };
        files.iter().map(read).collect()
    }

    const PARENT: &str = "<project><groupId>com.acme</groupId><artifactId>all</artifactId><properties><core>acme-core</core></properties>
        <dependencies><dependency><groupId>org.x</groupId><artifactId>log</artifactId></dependency></dependencies></project>";
    const CHILD: &str = "<project><parent><groupId>com.acme</groupId><artifactId>all</artifactId></parent><artifactId>shop</artifactId>
        <dependencies>
        <dependency><groupId>${project.groupId}</groupId><artifactId>${core}</artifactId><type>test-jar</type><scope>test</scope></dependency>
        </dependencies></project>";

    #[test]
    fn group_properties_and_dependencies_come_from_the_parent() {
        let poms = check(&[("pom.xml", PARENT), ("shop/pom.xml", CHILD)]);
        let package = Poms { poms: &poms }
            .package(&Project::default(), PomId::new(1))
            .expect("a package");
        assert_eq!((&*package.name, &*package.dir), ("com.acme:shop", "shop"));
        let found: Vec<_> = package
            .dependencies
            .iter()
            .map(|one| (&*one.key, one.scope, one.location.at.line))
            .collect();
        assert_eq!(
            found,
            [
                ("com.acme:acme-core:test-jar", DependencyScope::Dev, 3),
                ("org.x:log", DependencyScope::Normal, 2),
            ]
        );
    }

    #[test]
    fn parents_in_a_circle_and_entity_bombs_end() {
        let circle = "<project><parent><groupId>a</groupId><artifactId>b</artifactId><relativePath>../b/pom.xml</relativePath></parent><artifactId>b</artifactId><properties><x>${x}</x></properties></project>";
        let poms = check(&[("b/pom.xml", circle)]);
        let all = Poms { poms: &poms };
        assert_eq!(
            (all.line(PomId::FIRST), all.value(PomId::FIRST, "${x}")),
            (vec![PomId::FIRST], "${x}".to_owned())
        );
        let bomb =
            "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><project>&c;</project>";
        assert!(Document::parse(bomb).is_err());
    }
}
