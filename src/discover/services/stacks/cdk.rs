//! Applications of CDK: templates that code makes.
//!
//! In: the code beside a `cdk.json`. Out: [`Stack`].
//! Invariant: what is read are constructions with texts; nothing is run.
//! Never: what a construct of a library makes; stacks of one application are one service.

use std::collections::BTreeMap;

use super::meaning::called;
use super::stack::{Function, Meaning, Stack, setting};
use crate::knowledge::Serverless;
use crate::model::names::{folder, tail, within};
use crate::model::{Position, stacks};
use crate::source::ReadText;

/// How much code of one application is read.
const MAX_FILES: usize = 400;

/// The application whose `cdk.json` lies at `path`.
pub(super) fn read(
    known: &Serverless,
    path: &str,
    paths: &[&str],
    text: &ReadText<'_>,
) -> Option<Stack> {
    if path.rsplit('/').next() != Some("cdk.json") {
        return None;
    }
    let dir = folder(path);
    let is_code = |path: &&&str| {
        within(path, dir)
            && [".ts", ".js", ".py", ".java", ".cs"]
                .iter()
                .any(|e| path.ends_with(e))
    };
    let mut stack = Stack::new(path, String::new());
    for file in paths.iter().filter(is_code).take(MAX_FILES) {
        let code = text(file);
        if code.contains("aws-cdk") || code.contains("aws_cdk") || code.contains("awscdk") {
            take(known, file, &code, tail(dir), &mut stack);
        }
    }
    (!stack.functions.is_empty()).then_some(stack)
}

/// Adds what one file of an application makes: functions, variables that hold a table, and
/// parameters that publish a table or an address. A variable is found by lines such as
/// `ORDERS_TABLE: orders.tableName`, where `orders` is a table that the file made.
fn take(known: &Serverless, file: &str, code: &str, name: &str, stack: &mut Stack) {
    let made = constructions(code);
    let functions = made
        .iter()
        .filter(|made| known.constructs.functions.has(made.class));
    stack
        .functions
        .extend(functions.map(|_| Function::default()));
    let is_table = |made: &&Made<'_>| known.constructs.tables.has(made.class);
    let tables: BTreeMap<&str, String> = made
        .iter()
        .filter(is_table)
        .map(|made| (made.variable, called(name, made.id)))
        .collect();
    for (number, line) in (1..).zip(code.lines()) {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let key = key.trim().trim_matches(['"', '\'']);
        let variable = value
            .trim()
            .split(['.', ',', ' '])
            .next()
            .unwrap_or_default();
        if let Some(table) = tables.get(variable).filter(|_| is_variable(key)) {
            let value = format!("{}://{table}", stacks::TABLE);
            let at = Position::new(number, 1);
            stack.settings.push(setting(key, value, file, at));
        }
    }
    for made in made.iter().filter(|made| made.class == "StringParameter") {
        let given = |names: [&str; 2]| names.iter().find_map(|name| argument(made.body, name));
        let path = given(["parameterName", "parameter_name"]).map(joined);
        let value = given(["stringValue", "string_value"]).unwrap_or_default();
        let table = tables
            .iter()
            .find(|(variable, _)| value.starts_with(&format!("{variable}.")));
        let api = [
            "execute-api",
            ".url",
            "apiEndpoint",
            "functionArn",
            "function_arn",
        ];
        let meaning = match table {
            Some((_, table)) => Some(Meaning::Table(table.clone())),
            None => api
                .iter()
                .any(|mark| value.contains(mark))
                .then_some(Meaning::Own),
        };
        stack.published.extend(path.zip(meaning));
    }
}

/// Whether a key is spelt like a variable of the environment.
fn is_variable(key: &str) -> bool {
    key.len() > 1
        && key
            .chars()
            .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
}

/// `const orders = new dynamodb.Table(this, "Orders", …)`
struct Made<'c> {
    variable: &'c str,
    class: &'c str,
    id: &'c str,
    body: &'c str,
}

/// Whatever is made with a scope and an id: `this` or `self` stands first.
fn constructions(code: &str) -> Vec<Made<'_>> {
    let mut found = Vec::new();
    for scope in ["(this,", "(self,"] {
        for (at, _) in code.match_indices(scope) {
            let (before, behind) = (&code[..at], &code[at + scope.len()..]);
            let line = before.rsplit('\n').next().unwrap_or_default();
            let class = line.rsplit([' ', '.', '=']).next().unwrap_or_default();
            let class = class.split('<').next().unwrap_or_default();
            let variable = line.split('=').next().unwrap_or_default().trim();
            let variable = variable.rsplit([' ', '.']).next().unwrap_or_default();
            let id = behind.trim_start();
            let quoted = id.starts_with(['"', '\'']);
            let id = id.split(['"', '\'']).nth(1).filter(|_| quoted);
            let body = behind.split("\n    )").next().unwrap_or(behind);
            let body = body.split(");").next().unwrap_or(body);
            found.extend(id.map(|id| Made {
                variable,
                class,
                id,
                body,
            }));
        }
    }
    found
}

/// The expression that an argument of this name is given.
fn argument<'c>(body: &'c str, name: &str) -> Option<&'c str> {
    let (_, rest) = body.split_once(name)?;
    let rest = rest.trim_start().strip_prefix([':', '='])?;
    Some(rest.split([',', '\n']).next()?.trim())
}

/// A text that is put together, with `*` for what is no literal: `"/shop/"+stage+"/orders"`.
fn joined(expression: &str) -> String {
    let template = expression.starts_with('`');
    let parts = expression.split(if template { '`' } else { '+' });
    let text = |part: &str| {
        let part = part.trim();
        match part.strip_prefix(['"', '\'']) {
            Some(rest) => rest.trim_end_matches(['"', '\'']).to_owned(),
            None if template => part.to_owned(),
            None => "*".to_owned(),
        }
    };
    parts.map(text).collect()
}
