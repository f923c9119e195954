//! Programs that run once and end: tests, migrations, certificates, set-up.
//!
//! In: start commands. Out: whether they end.
//! Invariant: what is started last decides; `migrate && serve` serves.
//! Never: a word in the name of a service.

use crate::knowledge::{Jobs, List};
use crate::model::names::words;

/// Whether a start command ends by itself.
pub(super) fn ends(jobs: &Jobs, command: &[String]) -> bool {
    let text = command.join(" ");
    let last = text
        .split(['\n', ';', '&', '|'])
        .map(str::trim)
        .rfind(|part| part.contains(char::is_alphanumeric));
    last.is_some_and(|last| is_task(jobs, last))
}

/// Whether the name of a build stage, a profile or the ending of a Dockerfile is that of a task.
pub(super) fn is_task_name(jobs: &Jobs, name: &str) -> bool {
    let words = words(name);
    let has = |list: &List| words.iter().any(|word| list.has(word));
    has(&jobs.tasks) && !has(&jobs.serving)
}

/// Whether an image holds nothing but a program that ends.
pub(super) fn is_image(jobs: &Jobs, image: &str) -> bool {
    let path = image.split(['@', ':']).next().unwrap_or(image);
    jobs.images.has_word(path)
}

/// What `wait_for_it mongo:27017 -- yarn test` starts in the end; the `--` of a runner is for its own script.
fn started<'c>(jobs: &Jobs, command: &'c str) -> &'c str {
    let first = command.split_whitespace().next().unwrap_or_default();
    match command.split_once(" -- ") {
        Some((_, rest)) if !jobs.runners.has(program(first)) => rest,
        _ => command,
    }
}

/// Whether a single command ends. Wrappers, options and assignments are skipped first. A runner
/// such as `npm` says nothing itself: of its arguments the first that serves or ends decides. A
/// bare shell counts as ending, as people open it.
fn is_task(jobs: &Jobs, command: &str) -> bool {
    let command = started(jobs, command);
    let assigns =
        |word: &str| word.split('=').next().is_some_and(is_variable) && word.contains('=');
    let mut all = command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '(', ')']))
        .filter(|word| !word.is_empty() && !word.starts_with('-') && !assigns(word))
        .skip_while(|word| jobs.wrappers.has(program(word)));
    let Some(first) = all.next() else {
        // A shell for people.
        let mut shells = command.split_whitespace().map(program);
        return shells
            .next()
            .is_some_and(|name| matches!(name, "sh" | "bash"));
    };
    let arguments: Vec<&str> = all.collect();
    let name = program(first);
    if jobs.programs.has(name) {
        return true;
    }
    if !jobs.runners.has(name) {
        let sub_command = arguments.first().is_some_and(|word| jobs.tasks.has(word));
        return sub_command || name != "init" && is_task_name(jobs, name);
    }
    let is_serving = |name: &str| jobs.serving.has_word(name);
    // Of a script `test:unit:app` the first part says what it does, unless it says nothing (`db:seed`).
    let telling = |name: &'_ str| -> String {
        let first = name.split(':').next().unwrap_or(name);
        let tells = is_serving(first) || is_task_name(jobs, first);
        if tells { first } else { name }.to_owned()
    };
    let serves = |word: &&&str| is_serving(&telling(last(word)));
    let ends = |word: &&str| {
        let task = is_task_name(jobs, &telling(last(word)));
        task || jobs.programs.has(program(word)) || jobs.builds.has(word)
    };
    arguments
        .iter()
        .find(|word| serves(word) || ends(word))
        .is_some_and(ends)
}

/// The part behind the last slash.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a program without its folder and ending.
fn program(word: &str) -> &str {
    let name = last(word);
    let endings = [
        ".sh", ".py", ".js", ".ts", ".mjs", ".jar", ".php", ".rb", ".bash",
    ];
    let ending = endings.iter().find_map(|ending| name.strip_suffix(ending));
    ending.unwrap_or(name)
}

/// Whether a word is spelt like a variable of the environment.
fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn the_last_program_of_a_command_decides() {
        let jobs = &Knowledge::default().images.jobs;
        let ends = |command: &str| ends(jobs, &[command.to_owned()]);
        for command in [
            "npm run test:unit",
            "yarn workspace shop lint",
            "/bin/wait_for_it mongo:27017 --timeout=60 -- yarn run --silent test:unit:app",
            "sh -c \"openssl req -x509 -out /certs/a.pem\"",
            "psql -f /schema.sql",
            "python manage.py migrate",
            "python -m pytest tests",
            "alembic upgrade head",
            "go test ./...",
            "./scripts/run-tests.sh",
            "CI=1 make e2e",
            "/app/orders migrate",
            "/bin/bash -cl \"\n./mvnw -B clean install -Dx=y &&\n../mvnw -B verify\n\"",
            "npm run build",
            "/bin/bash",
            "bundle exec rake db:seed",
        ] {
            assert!(ends(command), "{command}");
        }
        for command in [
            "node app.js",
            "alembic upgrade head && uvicorn app:app",
            "npm run start:test",
            "/bin/wait_for_it mongo:27017 -- node app.js",
            "python manage.py runserver",
            "npm start",
            "npm run build && npm start",
            "/init",
            "java -jar migration-service.jar",
            "celery -A app worker",
            "/app/orders serve",
            "node tests/server.js",
            "docker-entrypoint.sh postgres",
            "",
        ] {
            assert!(!ends(command), "{command}");
        }
    }

    #[test]
    fn images_and_stages_tell_too() {
        let jobs = &Knowledge::default().images.jobs;
        assert!(is_image(jobs, "cypress/included:13.6.0") && !is_image(jobs, "acme/tests-api:1"));
        assert!(is_task_name(jobs, "test") && is_task_name(jobs, "unit-tests"));
        assert!(!is_task_name(jobs, "contest") && !is_task_name(jobs, "test-server"));
    }
}
