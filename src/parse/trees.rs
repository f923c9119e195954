//! Small trees written out, and the edges that they must and must not have.
//!
//! In: paths and texts. Out: edges as text.
//! Invariant: every rule has a near miss that stays silent.
//! Never: reads a file of this repository.

use crate::model::{FileFacts, Labels, Project};
use crate::source::{Limits, Source};

/// The project and the facts of a tree; `below` is the folder of it that is analysed.
fn read(files: &[(&str, &str)], below: &str) -> (Project, Vec<(String, FileFacts)>) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let full = dir.path().join(path);
        std::fs::create_dir_all(full.parent().expect("a parent")).expect("folders");
        std::fs::write(full, text).expect("a file");
    }
    let source = Source::open(&[dir.path().join(below)], Limits::default()).expect("a source");
    let options = crate::discover::Options::default();
    let project = crate::discover::discover(&source, &options, super::language_of);
    let facts = super::parse(&project, &source).files.into_iter();
    let facts = facts.map(|it| (project.source(it.file).path.to_string(), it.facts));
    let facts = facts.collect();
    (project, facts)
}

/// `from -> to` of every pair of files, with the labels that all its references share.
fn edges_below(files: &[(&str, &str)], below: &str) -> Vec<String> {
    let (project, facts) = read(files, below);
    let mut found = std::collections::BTreeMap::<(String, String), Labels>::new();
    for (from, facts) in &facts {
        for reference in &facts.references {
            let to = project.source(reference.to).path.to_string();
            let labels = found.entry((from.clone(), to)).or_insert(reference.labels);
            *labels = labels.common(reference.labels);
        }
    }
    let shown = found.iter().map(|((from, to), labels)| {
        let labels: Vec<&str> = labels.names().collect();
        format!("{from} -> {to} {}", labels.join(","))
            .trim_end()
            .to_owned()
    });
    shown.collect()
}

fn check(files: &[(&str, &str)], wanted: &[&str]) {
    assert_eq!(edges_below(files, ""), wanted);
}

#[test]
fn a_path_that_a_macro_gives_a_meaning_of_its_own_leads_nowhere() {
    let schema = "pub mod sql_types { pub struct Ltree; }\ndiesel::table! {\n    use super::sql_types::Ltree;\n    comment (id) { id -> Int4, path -> Ltree, }\n}\n";
    check(
        &[
            ("Cargo.toml", "[package]\nname = \"x\"\n"),
            ("src/lib.rs", "pub mod schema;\npub mod user;\n"),
            ("src/schema.rs", schema),
            ("src/user.rs", "use crate::schema::comment;\n"),
        ],
        &["src/user.rs -> src/schema.rs macro"],
    );
}

#[test]
fn a_package_below_a_declared_root_is_no_top_level_name() {
    let project =
        "[project]\nname = \"x\"\n[tool.hatch.build.targets.wheel]\npackages = [\"src/acme\"]\n";
    check(
        &[
            ("pyproject.toml", project),
            (
                "src/acme/tracing/redis/__init__.py",
                "import redis\nfrom acme.tracing.redis.client import C\n",
            ),
            (
                "src/acme/tracing/redis/client.py",
                "import redis\nclass C(redis.Redis): ...\n",
            ),
            ("tools/run.py", "import redis\n"),
        ],
        &["src/acme/tracing/redis/__init__.py -> src/acme/tracing/redis/client.py"],
    );
}

#[test]
fn a_folder_that_imports_take_for_a_package_is_no_root() {
    check(
        &[
            ("manage.py", "import apps.users.models\n"),
            ("apps/users/__init__.py", ""),
            (
                "apps/users/models.py",
                "import celery\nimport logging\nfrom apps.celery.tasks import send\n",
            ),
            ("apps/celery/__init__.py", ""),
            ("apps/celery/tasks.py", "import celery\ndef send(): ...\n"),
            ("apps/logging/__init__.py", ""),
            // The same shape, where the imports start below the folder.
            ("web/shop/__init__.py", ""),
            ("web/shop/cart.py", "from shop.price import P\n"),
            ("web/shop/price.py", "P = 1\n"),
        ],
        &[
            "apps/users/models.py -> apps/celery/tasks.py",
            "manage.py -> apps/users/models.py",
            "web/shop/cart.py -> web/shop/price.py",
        ],
    );
}

#[test]
fn a_built_in_module_hides_a_file_and_a_file_beside_a_script_hides_the_library() {
    check(
        &[
            ("main.py", "import sys\nimport time\nimport calendar\n"),
            ("sys.py", ""),
            ("time.py", ""),
            ("calendar.py", ""),
        ],
        &["main.py -> calendar.py"],
    );
}

#[test]
fn the_own_name_of_an_analysed_package_leads_inside() {
    let files = [
        ("src/shop/__init__.py", ""),
        (
            "src/shop/api.py",
            "from shop.model import Order\nfrom other.model import Order\n",
        ),
        ("src/shop/model.py", "class Order: ...\n"),
        ("src/shop/deep/__init__.py", ""),
        ("src/shop/deep/a.py", "import shop.deep.b\n"),
        ("src/shop/deep/b.py", ""),
    ];
    assert_eq!(
        edges_below(&files, "src/shop"),
        ["api.py -> model.py", "deep/a.py -> deep/b.py"]
    );
    assert_eq!(edges_below(&files, "src/shop/deep"), ["a.py -> b.py"]);
}

#[test]
fn a_package_that_spreads_itself_goes_on_in_other_distributions() {
    let spread = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n";
    let tree = |init: &str| {
        let files = [
            ("a/pyproject.toml", "[project]\nname = \"a\"\n"),
            ("a/src/acme/__init__.py", init),
            ("a/src/acme/base/__init__.py", "B = 1\n"),
            ("b/pyproject.toml", "[project]\nname = \"b\"\n"),
            ("b/src/acme/__init__.py", init),
            ("b/src/acme/ship.py", "from acme.base import B\n"),
        ];
        edges_below(&files, "")
    };
    assert_eq!(
        tree(spread),
        ["b/src/acme/ship.py -> a/src/acme/base/__init__.py"]
    );
    assert!(tree("").is_empty());
}

#[test]
fn packages_of_equal_names_in_lone_trees_are_told_apart() {
    let files = [
        ("a/app/__init__.py", ""),
        ("b/app/__init__.py", ""),
        ("c/solo/__init__.py", ""),
        ("x/src/app/Main.java", "package app; class Main {}"),
        ("y/src/app/Main.java", "package app; class Main {}"),
    ];
    let (_, facts) = read(&files, "");
    let modules: Vec<&str> = facts.iter().map(|(_, facts)| &*facts.module).collect();
    assert_eq!(
        modules,
        ["app@a", "app@b", "solo", "app@x/src", "app@y/src"]
    );
}

#[test]
fn decorators_keep_types_for_the_run_where_the_compiler_is_told_to() {
    let tree = |config: &str| {
        let service = "import { Injectable } from 'lib';\nimport { A } from './a';\nimport { B } from './b';\nimport { C } from './c';\n\
             @Injectable() export class S { constructor(private a: A, list: B[]) {} plain(c: C) {} }\n";
        let files = [
            ("base.json", config),
            ("tsconfig.json", "{\"extends\": \"./base.json\"}"),
            ("a.ts", "export class A {}"),
            ("b.ts", "export class B {}"),
            ("c.ts", "export class C {}"),
            ("s.ts", service),
        ];
        edges_below(&files, "")
    };
    let all = [
        "s.ts -> a.ts type-only",
        "s.ts -> b.ts type-only",
        "s.ts -> c.ts type-only",
    ];
    assert_eq!(tree("{}"), all);
    let on = tree("{\"compilerOptions\": {\"emitDecoratorMetadata\": true}}");
    assert_eq!(on, ["s.ts -> a.ts", all[1], all[2]]);
}

#[test]
fn a_verbatim_import_of_types_loads_the_module() {
    let tree = |config: &str| {
        let files = [
            ("tsconfig.json", config),
            (
                "a.ts",
                "import { type B } from './b';\nimport type { C } from './c';\nexport let b: B, c: C;",
            ),
            ("b.ts", "export class B {}"),
            ("c.ts", "export class C {}"),
        ];
        edges_below(&files, "")
    };
    let off = ["a.ts -> b.ts type-only", "a.ts -> c.ts type-only"];
    assert_eq!(tree("{}"), off);
    let on = tree("{\"compilerOptions\": {\"verbatimModuleSyntax\": true}}");
    assert_eq!(on, ["a.ts -> b.ts", off[1]]);
}

#[test]
fn workers_and_scripts_of_a_jsconfig_are_found_and_data_is_not_outside() {
    let files = [
        (
            "jsconfig.json",
            "{\"compilerOptions\": {\"baseUrl\": \"src\"}}",
        ),
        ("src/heavy.js", ""),
        (
            "src/main.js",
            "import { b } from 'store/b';\nimport d from './d.json';\nimport x from 'x';\nb(d, x);\n\
            new Worker(new URL('./heavy.js', import.meta.url));\nnew URL('./none.js', location.href);\n",
        ),
        ("src/store/b.js", "export const b = 1;"),
        ("src/d.json", "{}"),
        ("src/none.js", ""),
    ];
    check(
        &files,
        &[
            "src/main.js -> src/heavy.js dynamic",
            "src/main.js -> src/store/b.js",
        ],
    );
    let (_, facts) = read(&files, "");
    let main = facts.iter().find(|(path, _)| path == "src/main.js");
    assert_eq!(main.map(|(_, facts)| facts.tally.external), Some(2));
}

#[test]
fn sources_of_hidden_folders_are_read_and_environments_are_not() {
    check(
        &[
            ("app/a.ts", "import './.server/b';\nimport '../.venv/c';"),
            ("app/.server/b.ts", ""),
            (".venv/c.ts", ""),
            (".github/compose.yml", "services: {}"),
        ],
        &["app/a.ts -> app/.server/b.ts"],
    );
}

#[test]
fn go_files_behind_tags_keep_their_edges_and_twins_do_not_meet() {
    check(
        &[
            ("go.mod", "module m\n"),
            ("main.go", "package main\nfunc main() { run() }\n"),
            ("run_linux.go", "package main\nfunc run() {}\n"),
            (
                "run_windows.go",
                "package main\nimport \"m/win\"\nfunc run() { win.Go(); twin() }\n",
            ),
            ("twin_linux.go", "package main\nfunc twin() {}\n"),
            ("win/win.go", "package win\nfunc Go() {}\n"),
        ],
        &[
            "main.go -> run_linux.go implicit,cfg",
            "run_windows.go -> win/win.go cfg",
        ],
    );
}

#[test]
fn go_modules_that_require_each_other_join_by_name() {
    let tree = |need: &str| {
        let files = [
            ("api/go.mod", need),
            (
                "api/main.go",
                "package main\nimport \"x.org/money\"\nfunc main() { money.Round() }\n",
            ),
            ("money/go.mod", "module x.org/money\n"),
            ("money/round.go", "package money\nfunc Round() {}\n"),
        ];
        edges_below(&files, "")
    };
    assert_eq!(
        tree("module x.org/api\nrequire x.org/money v1.2.0\n"),
        ["api/main.go -> money/round.go by-name"]
    );
    assert!(tree("module x.org/api\n").is_empty());
}

#[test]
fn an_import_for_a_comment_is_documentation() {
    check(
        &[
            (
                "p/A.java",
                "package p;\nimport q.B;\nimport q.C;\n/** See {@link B} and {@link C}. */\nclass A { C c; }",
            ),
            ("q/B.java", "package q;\npublic class B {}"),
            ("q/C.java", "package q;\npublic class C {}"),
        ],
        &["p/A.java -> q/B.java doc", "p/A.java -> q/C.java"],
    );
}

#[test]
fn a_class_in_a_file_without_a_parser_is_unread_and_not_outside() {
    let files = [
        ("src/main/kotlin/p/k/Thing.kt", "package p.k"),
        (
            "src/main/java/p/User.java",
            "package p;\nimport p.k.Thing;\nimport org.lib.Other;\nclass User { Thing t; Other o; }",
        ),
    ];
    let (_, facts) = read(&files, "");
    let tally = facts[0].1.tally;
    assert_eq!((tally.external, tally.unresolved), (2, 2));
}

#[test]
fn a_folder_that_a_workspace_excludes_is_not_linked() {
    check(
        &[
            ("package.json", "{\"name\": \"root\"}"),
            (
                "pnpm-workspace.yaml",
                "packages: ['apps/*', 'libs/**', '!libs/old']\n",
            ),
            ("apps/a/package.json", "{\"name\": \"a\"}"),
            ("apps/a/index.ts", "import 'old';\nimport 'new';\n"),
            ("libs/new/package.json", "{\"name\": \"new\"}"),
            ("libs/new/index.ts", ""),
            ("libs/old/package.json", "{\"name\": \"old\"}"),
            ("libs/old/index.ts", ""),
        ],
        &["apps/a/index.ts -> libs/new/index.ts"],
    );
}
