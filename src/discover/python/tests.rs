use super::*;
use crate::model::SourceFile;
use crate::source::Limits;

fn found(files: &[(&str, &str)]) -> Vec<Package> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut project = Project::default();
    for (path, text) in files {
        let full = dir.path().join(path);
        std::fs::create_dir_all(full.parent().expect("a parent")).expect("folders");
        std::fs::write(full, text).expect("a file");
        project.files.push(file(path));
    }
    project
        .files
        .sort_by(|left, right| left.path.cmp(&right.path));
    let source = Source::open(&[dir.path().to_path_buf()], Limits::default()).expect("a source");
    packages(&project, &source).0
}

fn file(path: &str) -> SourceFile {
    SourceFile {
        path: path.into(),
        language: None,
        role: crate::model::FileRole::Source,
        bytes: 0,
        package: None,
        service: None,
    }
}

fn roots(package: &Package) -> Vec<&str> {
    package
        .source_roots
        .iter()
        .map(|root| root.dir.as_str())
        .collect()
}

fn needs(package: &Package) -> Vec<(&str, u32)> {
    package
        .dependencies
        .iter()
        .map(|need| (need.package.as_str(), need.location.at.line))
        .collect()
}

#[test]
fn reads_the_standard_project_table() {
    let text = "[project]\nname = \"acme-billing\"\ndependencies = [\n  \"Acme_Core[x]>=1\",\n  \"httpx\",\n]\n";
    let found = found(&[("pyproject.toml", text), ("src/acme/billing/api.py", "")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "acme-billing");
    assert_eq!(roots(&found[0]), ["src", ""]);
    assert_eq!(needs(&found[0]), [("acme-core", 4), ("httpx", 5)]);
}

#[test]
fn reads_the_tables_of_the_build_back_ends() {
    let poetry = "[tool.poetry]\nname = \"a\"\npackages = [{ include = \"a\", from = \"lib\" }]\n\
        [tool.poetry.dependencies]\npython = \"^3\"\ncore = { path = \"../core\" }\n";
    let hatch =
        "[project]\nname = \"b\"\n[tool.hatch.build.targets.wheel]\npackages = [\"python/b\"]\n";
    let setuptools = "[project]\nname = \"c\"\n[tool.setuptools.package-dir]\n\"\" = \"source\"\n";
    let found = found(&[
        ("a/pyproject.toml", poetry),
        ("a/lib/a/__init__.py", ""),
        ("b/pyproject.toml", hatch),
        ("b/python/b/__init__.py", ""),
        ("c/pyproject.toml", setuptools),
        ("c/source/c.py", ""),
        (
            "core/setup.cfg",
            "[metadata]\nname = core\n[options]\npackage_dir =\n    =src\ninstall_requires =\n    six\n",
        ),
        ("core/src/core.py", ""),
    ]);
    let all: Vec<(&str, Vec<&str>)> = found
        .iter()
        .map(|package| (package.name.as_str(), roots(package)))
        .collect();
    assert_eq!(
        all,
        [
            ("a", vec!["a/lib", "a"]),
            ("b", vec!["b/python", "b"]),
            ("c", vec!["c/source", "c"]),
            ("core", vec!["core/src", "core"]),
        ]
    );
    assert_eq!(found[0].dependencies[0].path.as_deref(), Some("core"));
    assert_eq!(needs(&found[3]), [("six", 7)]);
}

#[test]
fn reads_setup_scripts_as_text() {
    let script = "from setuptools import setup, find_packages\n\
        setup(\n    name='shop',\n    package_dir={'': 'src'},\n    packages=find_packages(where=\"src\"),\n\
        install_requires=['requests>=2', \"attrs\"],\n)\n";
    let found = found(&[("setup.py", script), ("src/shop/__init__.py", "")]);
    assert_eq!(
        (found[0].name.as_str(), roots(&found[0])),
        ("shop", vec!["src", ""])
    );
    assert_eq!(needs(&found[0]), [("requests", 6), ("attrs", 6)]);
}

#[test]
fn takes_requirements_only_beside_code_without_a_stronger_manifest() {
    let found = found(&[
        (
            "email/requirements.txt",
            "# pinned\ngrpcio==1.2\n-r other.txt\n",
        ),
        ("email/server.py", ""),
        ("docs/requirements.txt", "sphinx\n"),
        ("broken/pyproject.toml", "[project\n"),
        ("broken/a.py", ""),
    ]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].name.as_str(), found[0].dir.as_str()),
        ("email", "email")
    );
    assert_eq!(needs(&found[0]), [("grpcio", 2)]);
}

#[test]
fn takes_no_module_called_setup_for_a_manifest() {
    let module = "class PythonSetup:\n    def setup(self):\n        python_setup()\n";
    let script = "import setuptools\nsetuptools.setup(\n    name=\"kit\",\n)\n";
    let found = found(&[
        ("app/tools/__init__.py", ""),
        ("app/tools/setup.py", module),
        ("kit/setup.py", script),
    ]);
    let names: Vec<&str> = found.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(names, ["kit"]);
}

#[test]
fn patterns_of_a_search_for_packages_cover_their_folders() {
    let py = "from setuptools import find_namespace_packages, setup\n\
        setup(name='acme-redis', packages=find_namespace_packages(include=['acme.*']))\n";
    let cfg =
        "[options]\npackages = find_namespace:\n[options.packages.find]\ninclude =\n    acme.*\n";
    let toml = "[project]\nname = \"c\"\n[tool.setuptools.packages.find]\nwhere = [\"lib\"]\ninclude = [\"acme*\"]\n";
    let all = "[project]\nname = \"d\"\n[tool.setuptools.packages.find]\ninclude = [\"*\"]\n";
    let found = found(&[
        ("a/setup.py", py),
        ("a/acme/redis/__init__.py", ""),
        ("b/setup.cfg", cfg),
        ("b/acme/core/__init__.py", ""),
        ("c/pyproject.toml", toml),
        ("c/lib/acme/web/__init__.py", ""),
        ("d/pyproject.toml", all),
        ("d/acme/tools/__init__.py", ""),
    ]);
    let covered: Vec<&[String]> = found.iter().map(|package| &*package.covered).collect();
    let none: &[&str] = &[];
    assert_eq!(
        covered,
        [&["a/acme"][..], &["b/acme"], &["c/lib/acme"], none]
    );
}
