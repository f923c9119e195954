use super::*;
use crate::discover::services::{held, jvm};

fn names_of(files: &[(&str, &str)]) -> Vec<String> {
    let (paths, text) = (held::paths(files), held::text(files));
    let knowledge = Knowledge::default();
    let jvm = jvm::programs(&knowledge, &paths, &text).into_iter();
    let all = jvm.chain(read(&knowledge, &paths, &text));
    all.map(|c| c.name).collect()
}

#[test]
fn spring_modules_with_a_main_class_count() {
    let files = [
        (
            "pom.xml",
            "<parent><artifactId>spring-boot-starter-parent</artifactId></parent>",
        ),
        ("orders/pom.xml", ""),
        (
            "orders/src/main/java/A.java",
            "@SpringBootApplication\nclass A {}",
        ),
        ("lib/pom.xml", ""),
        ("lib/src/main/java/B.java", "class B {}"),
        (
            "lib/src/main/java/C.java",
            "@EnableAutoConfiguration\nclass C {}",
        ),
        ("boot/pom.xml", ""),
        (
            "boot/src/main/java/C.java",
            "package org.springframework.boot;\nclass C { void c() { SpringApplication.run(d); } }",
        ),
        (
            "lib/src/test/java/T.java",
            "@SpringBootApplication class T {}",
        ),
    ];
    assert_eq!(names_of(&files), ["orders"]);
}

#[test]
fn tools_without_a_server_framework_do_not_count() {
    let files = [
        (
            "a/Cargo.toml",
            "[package]\nname='a'\n[dependencies]\nclap='4'\n",
        ),
        ("a/src/main.rs", ""),
        (
            "b/Cargo.toml",
            "[package]\nname='b'\n[dependencies]\naxum='1'\n",
        ),
        ("b/src/main.rs", ""),
        (
            "c/package.json",
            "{\"scripts\":{\"start\":\"x\"},\"dependencies\":{\"express\":\"4\"}}",
        ),
        (
            "dev/package.json",
            "{\"scripts\":{\"dev\":\"x\"},\"dependencies\":{\"express\":\"4\"}}",
        ),
        (
            "kit/package.json",
            "{\"types\":\"x.d.ts\",\"scripts\":{\"dev\":\"x\"},\"dependencies\":{\"express\":\"4\"}}",
        ),
        (
            "d/package.json",
            "{\"scripts\":{\"start\":\"x\"},\"dependencies\":{\"react\":\"4\"}}",
        ),
    ];
    assert_eq!(names_of(&files), ["b", "c", "dev"]);
}

#[test]
fn the_copied_name_of_several_packages_is_that_of_none() {
    let package = |name: &str| {
        format!(
            "{{\"name\":\"{name}\",\"scripts\":{{\"start\":\"x\"}},\"dependencies\":{{\"express\":\"4\"}}}}"
        )
    };
    let (copied, own) = (package("movies"), package("billing"));
    let files = [
        ("a/package.json", copied.as_str()),
        ("b/package.json", copied.as_str()),
        ("c/package.json", own.as_str()),
    ];
    let paths = held::paths(&files);
    let text = held::text(&files);
    let found = read(&Knowledge::default(), &paths, &text);
    let aliases: Vec<usize> = found.iter().map(|c| c.aliases.len()).collect();
    assert_eq!(aliases, [0, 0, 1]);
}

#[test]
fn a_helper_beside_a_library_is_no_program() {
    let server = (
        "server/Cargo.toml",
        "[package]\nname='server'\n[dependencies]\naxum='1'\nutils={path='../utils'}\n",
    );
    let utils = (
        "utils/Cargo.toml",
        "[package]\nname='utils'\n[dependencies]\naxum='1'\n",
    );
    let files = |main| {
        names_of(&[
            server,
            ("server/src/main.rs", ""),
            utils,
            ("utils/src/lib.rs", ""),
            ("utils/src/main.rs", main),
        ])
    };
    assert_eq!(files("fn main() { write() }"), ["server"]);
    assert_eq!(
        files("fn main() { axum::serve(a, b) }"),
        ["server", "utils"]
    );
}

#[test]
fn several_programs_of_a_crate_count_where_they_serve() {
    let manifest = (
        "Cargo.toml",
        "[package]\nname='shop'\n[dependencies]\naxum='1'\n[[bin]]\nname='billing'\npath='programs/billing.rs'\n",
    );
    let serves = "fn main() { axum::serve(a, b) }";
    let files = |other| {
        names_of(&[
            manifest,
            ("programs/billing.rs", serves),
            ("src/bin/orders.rs", other),
            ("src/bin/keys.rs", "fn main() { print() }"),
            ("src/lib.rs", ""),
        ])
    };
    assert_eq!(files(serves), ["billing", "orders"]);
    assert!(files("fn main() { print() }").is_empty());
}

#[test]
fn what_hosts_functions_is_a_service_and_what_a_package_writes_is_none() {
    let host = "{\"version\": \"2.0\"}";
    let server = "{\"scripts\": {\"start\": \"node .\"}, \"dependencies\": {\"express\": \"5\"}}";
    let files = [
        ("Shop.FunctionApp.Trips/host.json", host),
        ("shop-functions-mail/host.json", host),
        ("shop-functions-mail/send/host.json", host),
        ("web/host.json", "{\"version\": \"1\"}"),
        ("generator/package.json", "{}"),
        ("generator/src/server/template/package.json", server),
        ("package.json", "{}"),
        ("src/orders/package.json", server),
        ("back/package.json", "{\"workspaces\": [\"src/*\"]}"),
        ("back/src/users/package.json", server),
    ];
    let mut sorted = files;
    sorted.sort_unstable();
    let mut found = names_of(&sorted);
    found.sort();
    assert_eq!(found, ["Trips", "mail", "orders", "users"]);
}

#[test]
fn a_name_may_hold_a_default() {
    assert_eq!(
        with_defaults("shop-users${suffix:}-service"),
        "shop-users-service"
    );
    assert_eq!(with_defaults("${name:orders}"), "orders");
    assert_eq!(with_defaults("a-${b}"), "a-${b}");
}
