//! Small systems, one for each kind of evidence: what links their services, and what does not.
//!
//! In: `testdata/links`. Out: comparisons with the `expected.txt` of each.
//! Invariant: a system is analysed as a user would, from its manifests on.
//! Never: traces or a history.

use std::path::{Path, PathBuf};

use seamline::analysis::at_level;
use seamline::model::{EdgeKind, Grade, Level};
use seamline::pipeline;

use crate::services::options;

/// The links between services and databases of a system, a line for each, sorted.
fn links(root: PathBuf) -> String {
    let analysis = pipeline::analyze(&options(vec![root])).expect("an analysis");
    let view = at_level(&analysis, Level::Service);
    let links = view.edges.iter();
    let links = links.filter(|edge| edge.kind != EdgeKind::SharedLibrary);
    let shown = links.map(|edge| {
        let configured = edge.grade == Some(Grade::Configured);
        let grade = if configured { " (configured)" } else { "" };
        let kind = format!("{:?}", edge.kind).to_lowercase();
        format!("{} -> {} {kind}{grade}\n", edge.from.name, edge.to.name)
    });
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    shown.dedup();
    shown.concat()
}

fn check(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/links");
    let expected = std::fs::read_to_string(root.join(name).join("expected.txt"));
    assert_eq!(links(root.join(name)), expected.expect("a file"), "{name}");
}

#[test]
fn a_message_is_followed_through_functions_of_ones_own() {
    check("wrappers");
}

#[test]
fn who_waits_for_an_answer_calls() {
    check("requests");
}

#[test]
fn queues_of_tasks_link_who_starts_work_and_who_does_it() {
    check("workflows");
}

#[test]
fn a_worker_runs_the_code_of_the_service_beside_it() {
    check("workers");
}

#[test]
fn a_program_sends_what_it_reaches_in_a_shared_project() {
    check("layers");
}

#[test]
fn names_of_registries_and_generated_packages_link() {
    check("registries");
}

#[test]
fn queues_that_are_declared_bound_or_worked_off_link() {
    check("queues");
}

#[test]
fn messages_that_their_type_tells_link() {
    check("typed");
}

#[test]
fn settings_count_where_they_are_read_and_deployed() {
    check("given");
}

#[test]
fn programs_are_asked_by_the_names_that_they_register() {
    check("named");
}

#[test]
fn what_an_outbox_keeps_is_published() {
    check("outbox");
}

#[test]
fn a_database_is_the_only_one_of_its_kind_and_only_of_who_opens_it() {
    check("databases");
}

#[test]
fn of_several_databases_the_one_called_after_the_service_is_its_own() {
    check("namesakes");
}

#[test]
fn code_that_uses_the_client_which_a_service_offers_calls_it() {
    check("offered");
}

#[test]
fn what_nothing_deploys_is_named_by_code_and_defaults() {
    check("undeployed");
}

#[test]
fn programs_that_only_an_unread_language_deploys_are_counted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/links/undeployed");
    let analysis = pipeline::analyze(&options(vec![root])).expect("an analysis");
    let mut notes = analysis.notifications.iter();
    let note = notes.find(|note| &*note.kind == "unread-deployment");
    let message = &note.expect("a note").message;
    assert!(
        message.starts_with("2 programs are deployed by Terraform or Bicep (infra/main.tf)"),
        "{message}"
    );
}

#[test]
fn an_application_model_gives_addresses_to_programs_that_name_them() {
    check("hosted");
}

#[test]
fn who_uses_shared_code_that_opens_a_database_talks_to_it() {
    check("shared-store");
}

#[test]
fn functions_of_every_language_hand_messages_on() {
    check("languages");
}

#[test]
fn fields_of_settings_name_topics() {
    check("settings");
}

#[test]
fn routes_and_positions_name_exchanges_and_queues() {
    check("endpoints");
}

#[test]
fn programs_are_packed_apart_from_their_code_and_libraries_listen_for_them() {
    check("packed");
}

#[test]
fn what_one_program_alone_imports_and_its_folder_of_settings_are_its_own() {
    check("built");
}

#[test]
fn a_program_in_a_browser_calls_and_a_project_of_tests_does_not() {
    check("pages");
}

#[test]
fn addresses_and_bases_of_shared_code_lead_to_services() {
    check("addresses");
}

#[test]
fn addresses_handed_to_all_count_for_who_reads_them() {
    check("handed");
}

#[test]
fn who_is_called_is_told_by_variables_and_clients_of_shared_modules() {
    check("callers");
}

#[test]
fn files_of_a_package_of_commands_belong_to_the_program_that_starts_them() {
    check("recipe");
}

#[test]
fn programs_that_one_container_keeps_running_listen_behind_its_name() {
    check("daemons");
}
