//! Which file the recorded load of a span belongs to.
//!
//! In: [`CallProfile`], [`Places`]. Out: [`Attribution`].
//! Invariant: load goes to one file or to none; an ambiguous place is none.
//! Never: guesses from operation names that are no declared route.

use std::collections::BTreeMap;

use super::metric::Load;
use super::places::{Attribution, Index, Places};
use super::sources;
use crate::model::{CallProfile, CodeCall, FileId, LoadKind, LoadSource, Notification};

/// Finds the file of every place that a rule names, or spans name by path, by namespace and function, by a
/// function's full name, or by the route that they answer.
#[must_use]
pub fn attribute(profile: &CallProfile, places: &Places<'_>) -> Attribution {
    let project = places.project;
    let index = Index::of(*places);
    let place: Vec<Option<FileId>> = profile.code.iter().map(|load| index.find(load)).collect();
    let mut found = Attribution {
        files: vec![None; project.files.len()],
        notifications: index.unknown(),
        ..Attribution::default()
    };
    for (load, file) in profile.code.iter().zip(&place) {
        let Some(known) = file.and_then(|file| found.files.get_mut(file.index())) else {
            continue;
        };
        let more = Load {
            calls: load.calls,
            weight: load.self_time_ns,
            self_time_ns: load.self_time_ns,
            critical_ns: load.critical_ns,
        };
        *known = Some(known.unwrap_or_default().with(more));
    }
    let file = |at: u32| place.get(at as usize).copied().flatten();
    let between = |made: &[CodeCall]| {
        let mut calls: BTreeMap<(FileId, FileId), u64> = BTreeMap::new();
        for call in made {
            if let (Some(caller), Some(callee)) = (file(call.caller), file(call.callee))
                && caller != callee
            {
                *calls.entry((caller, callee)).or_default() += call.calls;
            }
        }
        let calls = calls.into_iter();
        calls
            .map(|((caller, callee), calls)| (caller, callee, calls))
            .collect()
    };
    found.calls = between(&profile.code_calls);
    found.samples = profile.samples.iter().map(|made| between(made)).collect();
    let all = profile
        .operations
        .iter()
        .map(|operation| operation.self_time_ns)
        .sum();
    found.share = super::share(
        Load::sum(found.files.iter().copied()).self_time_ns.min(all),
        all,
    );
    found.source = (profile.coverage.spans > 0 || all > 0).then(|| of_spans(all, found.share));
    found.notifications.extend(unplaced(&found, places));
    sources::choose(&mut found, profile, &index);
    found
}

/// Share of the recorded time below which it is said how more of it finds its file.
const PLACED: f64 = 0.5;

/// How more of the recorded time would find its file.
fn unplaced(found: &Attribution, places: &Places<'_>) -> Option<Notification> {
    let share = found.share.filter(|share| *share < PLACED)?;
    let message = format!(
        "{:.0} % of the recorded time found its file; let spans tell `code.file.path` or `code.function.name`, or name \
         operations under [[traces.code]] (`seamline explain load` says which switch of which SDK does)",
        share * 100.0
    );
    (!places.code.files.is_empty()).then(|| Notification::note("load-attribution", message))
}

/// The source of load that spans tell.
fn of_spans(all: u64, found: Option<f64>) -> LoadSource {
    LoadSource {
        kind: LoadKind::Spans,
        inputs: Vec::new(),
        unit: "recorded time".into(),
        weight: all,
        found,
        requests: None,
        ambiguous: 0.0,
        parts: Vec::new(),
        routes: Vec::new(),
        missed: Vec::new(),
    }
}

#[cfg(test)]
pub(super) mod golden {
    use super::*;
    use crate::model::{
        CodeFacts, FileFacts, FileRole, FunctionRange, LanguageId, ParsedFile, Project, SourceFile,
    };

    /// A project of files, each with its module and one function.
    pub(in crate::metrics) fn project(files: &[(&str, &str, &str)]) -> (Project, CodeFacts) {
        let (mut project, mut code) = (Project::default(), CodeFacts::default());
        for (at, (path, module, function)) in files.iter().enumerate() {
            let (language, role) = (Some(LanguageId("rust")), FileRole::Source);
            project.files.push(SourceFile {
                path: (*path).into(),
                language,
                role,
                bytes: 1,
                package: None,
                service: None,
            });
            let functions = vec![FunctionRange {
                name: (*function).into(),
                first: 1,
                last: 9,
            }];
            let facts = FileFacts {
                module: (*module).to_owned(),
                functions,
                ..FileFacts::default()
            };
            code.files.push(ParsedFile {
                file: FileId::new(at),
                language: LanguageId("rust"),
                facts,
                generated: false,
            });
        }
        (project, code)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::CodeRule;
    use super::golden::project;
    use super::*;
    use crate::model::{CodeCall, CodeLoad, DeclaredRoute, Location, OperationLoad, Position};

    fn place(file: Option<&str>, namespace: Option<&str>, function: Option<&str>) -> CodeLoad {
        let text = |text: Option<&str>| text.map(Into::into);
        let (file, namespace, function) = (text(file), text(namespace), text(function));
        CodeLoad {
            service: "shop".into(),
            file,
            namespace,
            function,
            calls: 1,
            self_time_ns: 10,
            critical_ns: 5,
            operation: None,
        }
    }

    fn operation(name: &str) -> CodeLoad {
        CodeLoad {
            operation: Some(name.into()),
            ..place(None, None, None)
        }
    }

    #[test]
    fn paths_namespaces_and_classes_find_their_file() {
        let (project, code) = project(&[
            ("api/src/cart.rs", "api::cart", "total"),
            ("shop/src/cart.rs", "shop::cart", "Cart::total"),
            ("shop/src/pay.rs", "shop::pay", "pay"),
            ("web/Order.java", "com.acme", "Order.add"),
        ]);
        let profile = CallProfile {
            code: vec![
                place(Some("/build/shop/src/cart.rs"), None, None),
                place(None, Some("shop::pay"), None),
                place(None, Some("com.acme.Order"), Some("add")),
                place(Some("cart.rs"), None, None),
                place(None, None, Some("shop::cart::Cart::total::{{closure}}")),
                place(None, None, Some("com.acme.Order.add")),
                place(None, None, Some("total")),
                operation("GET /pay/{}"),
                operation("job nightly"),
                operation("GET /unknown"),
            ],
            code_calls: vec![
                CodeCall {
                    caller: 0,
                    callee: 1,
                    calls: 7,
                },
                CodeCall {
                    caller: 0,
                    callee: 3,
                    calls: 1,
                },
            ],
            operations: vec![OperationLoad {
                self_time_ns: 100,
                ..OperationLoad::default()
            }],
            ..CallProfile::default()
        };
        let routes = [DeclaredRoute {
            service: None,
            method: "GET".to_owned(),
            path: "/pay/:id".to_owned(),
            prefix: false,
            location: Location::new("shop/src/pay.rs", Position::new(1, 1)),
            handler: None,
        }];
        let rule = |operation: &str, path: &str| CodeRule {
            operation: Some(operation.to_owned()),
            path: path.to_owned(),
            ..CodeRule::default()
        };
        let found = attribute(
            &profile,
            &Places {
                project: &project,
                code: &code,
                routes: &routes,
                rules: &[rule("job *", "web/Order.java"), rule("x", "gone.rs")],
            },
        );
        let load = Some(Load {
            calls: 1,
            weight: 10,
            self_time_ns: 10,
            critical_ns: 5,
        });
        let twice = load.map(|load| load.with(load));
        let thrice = twice.zip(load).map(|(twice, load)| twice.with(load));
        assert_eq!(found.files, [None, twice, twice, thrice]);
        assert_eq!(found.calls, [(FileId::new(1), FileId::new(2), 7)]);
        assert_eq!(found.share, Some(0.7));
        assert_eq!(found.notifications.len(), 1, "{:?}", found.notifications);
    }
}
