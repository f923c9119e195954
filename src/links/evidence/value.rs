//! The texts that names, look-ups and formats stand for, as far as constants and settings tell.
//!
//! In: uses of texts. Out: texts.
//! Invariant: a name in small letters is one of its own file or folder; any file may hold another of that name.
//! Never: a value that is computed.

use crate::links::signs::lookups::{is_variable, placeholder};
use crate::links::signs::uses::Use;
use crate::model::Setting;
use crate::model::names::{folder, key, words};

use std::collections::BTreeSet;

use super::code::CodeFile;
use super::directory::Index;
use super::material::{Material, is_constant};

/// Most functions of one file through which a parameter is followed.
const MAX_HOPS: usize = 3;

/// The text that a use in a file stands for.
pub(super) fn value_of(
    material: &Material<'_>,
    service: Index,
    file: &CodeFile,
    u: &Use,
) -> Option<String> {
    if let Some(placeholder) = placeholder(&material.knowledge.clients, u) {
        return Some(material.expand(service, &placeholder));
    }
    if !u.name {
        return text_of(material, service, u);
    }
    let text = named(material, service, file, &u.owner, &u.text)?;
    Some(expanded(material, service, text))
}

/// The text of a use in shared code, as far as constants there tell it.
pub(super) fn shared(material: &Material<'_>, file: &CodeFile, u: &Use) -> Option<String> {
    if !u.name {
        return Some(u.text.clone()).filter(|text| !text.contains(['$', '{', '#']));
    }
    let member = || material.constant(None, &format!("{}.{}", u.owner, u.text));
    let constant = || material.constant(None, &u.text).map(str::to_owned);
    let known = member().map(str::to_owned).or_else(|| local(file, &u.text));
    known
        .or_else(constant)
        .filter(|text| !text.contains(['$', '{', '#']))
}

/// The text of a use as far as constants and settings tell it.
pub(super) fn text_of(material: &Material<'_>, service: Index, u: &Use) -> Option<String> {
    if u.name {
        let text = material.constant(Some(service), &u.text)?;
        let expand = text.contains("${") && !text.contains("://");
        return Some(if expand {
            material.expand(service, text)
        } else {
            text.to_owned()
        });
    }
    let mut text = u.text.clone();
    if text.ends_with("://") && !u.next.is_empty() {
        let value = material
            .constant(Some(service), &u.next)
            .or_else(|| material.setting(service, &u.next).map(|s| s.value.as_str()));
        text.push_str(value.unwrap_or_default());
    }
    Some(if text.contains(['$', '#']) {
        material.expand(service, &text)
    } else {
        text
    })
}

/// The text with its placeholders filled in; one without any is returned as it is.
fn expanded(material: &Material<'_>, service: Index, text: String) -> String {
    if text.contains(['$', '#']) {
        material.expand(service, &text)
    } else {
        text
    }
}

/// A text with the holes of a format: every `${NAME}` replaced as far as it is known.
pub(super) fn filled(
    material: &Material<'_>,
    service: Index,
    file: &CodeFile,
    text: &str,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((inside, after)) = after.split_once('}') else {
            return out;
        };
        let known = || named(material, service, file, "", inside);
        let value = if inside.contains(':') || is_variable(inside) && known().is_none() {
            Some(format!("${{{inside}}}"))
        } else {
            known()
        };
        out.push_str(&expanded(material, service, value.unwrap_or_default()));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The text that a name in a file stands for.
fn named(
    material: &Material<'_>,
    service: Index,
    file: &CodeFile,
    owner: &str,
    name: &str,
) -> Option<String> {
    let held = !owner.is_empty() && !matches!(owner, "this" | "self" | "cls");
    if held && let Some(text) = material.constant(Some(service), &format!("{owner}.{name}")) {
        return Some(text.to_owned());
    }
    if let Some(text) = local(file, name).or_else(|| given(file, name)) {
        return Some(text);
    }
    let near = || {
        let beside = material.in_folder(folder(&file.path));
        let mut found: Vec<String> = beside.filter_map(|other| local(other, name)).collect();
        found.dedup();
        found.pop().filter(|_| found.is_empty())
    };
    // `config.OrderTopic` is the field of an object of settings.
    let holders = &material.knowledge.clients.lookup_holders;
    let of_settings =
        held && (holders.has_word(owner) || owner == "Value") && words(name).len() > 1;
    let constant = || material.constant(Some(service), name).map(str::to_owned);
    let setting = || {
        let variable = is_variable(name) && (owner.is_empty() || owner == "env");
        let whole = material.setting(service, name);
        let whole = whole.filter(|_| variable || of_settings);
        let found =
            whole.or_else(|| of_settings.then(|| in_section(material, service, name))?)?;
        Some(found.value.clone())
    };
    if name.starts_with(|c: char| c.is_ascii_lowercase()) {
        let field = || setting().or_else(constant).filter(|_| of_settings);
        return near().or_else(field);
    }
    constant().or_else(setting)
}

/// The only setting of a service whose last part has that name, whatever its section: `Kafka.OrderTopic`.
fn in_section<'m>(material: &'m Material<'_>, service: Index, name: &str) -> Option<&'m Setting> {
    let name = key(name);
    let last = |setting: &&Setting| {
        let own = setting.key.rsplit(['.', ':']).next().unwrap_or_default();
        key(own) == name
    };
    let mut found = material.settings[service].iter().filter(last);
    found
        .next()
        .filter(|first| found.all(|other| other.value == first.value))
}

/// The only text that the calls of a file give a parameter, through at most [`MAX_HOPS`] functions.
fn given(file: &CodeFile, name: &str) -> Option<String> {
    let mut names = BTreeSet::from([name]);
    for _ in 0..MAX_HOPS {
        let passed = file.passed.iter();
        let more = passed.filter(|(parameter, _)| names.contains(parameter.as_str()));
        let more: Vec<&str> = more.map(|(_, given)| given.as_str()).collect();
        names.extend(more);
    }
    let texts = names.iter().filter_map(|name| local(file, name));
    let mut texts: Vec<String> = texts.collect();
    texts.dedup();
    texts.pop().filter(|_| texts.is_empty())
}

/// The only text that a file gives a name.
fn local(file: &CodeFile, name: &str) -> Option<String> {
    let looked_up = file.lookups.iter().filter(|(own, _)| own == name);
    let mut texts: Vec<&str> = looked_up.map(|(_, text)| text.as_str()).collect();
    if texts.is_empty() {
        let assigned = file.uses.iter().filter(|u| is_constant(u) && u.key == name);
        texts.extend(assigned.map(|u| u.text.as_str()));
    }
    texts.dedup();
    match texts.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}
