//! Settings that the code of a service reads and keeps, and never uses.
//!
//! In: what all files hold and say. Out: yes or no.
//! Invariant: in doubt a setting is used.
//! Never: a setting that any other file, of the service or shared, may read.

use crate::model::names::{key, tail};

use super::code::CodeFile;
use super::directory::Index;
use super::material::Material;
use crate::model::Position;

/// Whether the variable is read only into a field whose name no other file of the service, nor shared code, says.
pub(super) fn is_only_held(material: &Material<'_>, service: Index, variable: &str) -> bool {
    let files = || {
        let reads = |owner: Option<Index>| owner.is_none_or(|owner| owner == service);
        material.code.iter().filter(move |file| reads(file.service))
    };
    let mut readings = files().flat_map(|file| {
        file.held
            .readings
            .iter()
            .map(move |reading| (file, reading))
    });
    let Some((holder, reading)) = readings.find(|(_, reading)| reading.variable == variable) else {
        return false;
    };
    // The settings of a tool are read by the tool.
    let of_tool = tail(&holder.path).contains(".config.");
    let others = || files().filter(|file| file.path != holder.path);
    let said = |word: &str| others().any(|file| file.held.says(word));
    let mark = format!("${{{variable}");
    let settings = material.settings[service].iter();
    let handed_on = settings
        .map(|setting| &setting.value)
        .any(|value| value.contains(&mark));
    holder.service == Some(service)
        && !of_tool
        && !handed_on
        && !said(variable)
        && reading.names.iter().any(|name| !said(name))
}

/// Whether a framework binds the setting to a type of the service, and no other file asks that type for it: neither by
/// its accessor, nor the setting by its name. In doubt, as for a part of a nested type, it is asked.
pub(super) fn is_bound_in_vain(material: &Material<'_>, service: Index, setting: &str) -> bool {
    let name = key(setting);
    let own = material.bound[Some(service)].iter();
    let prefixes = own.chain(&material.bound[None]);
    let Some(rest) = prefixes
        .filter_map(|p| name.strip_prefix(p.as_str()))
        .min_by_key(|r| r.len())
    else {
        return false;
    };
    let mark = format!("${{{setting}");
    let mut settings = material.settings[service].iter();
    let handed_on = settings.any(|other| other.value.contains(&mark));
    let by_name =
        material.mentions[Some(service)].contains(&name) || material.mentions[None].contains(&name);
    let asks = |called: &str| {
        let called = key(called);
        let part = called.strip_prefix("get").unwrap_or(&called);
        part.len() > 1 && (rest.starts_with(part) || rest.ends_with(part))
    };
    let reads = |file: &&CodeFile| file.service.is_none_or(|owner| owner == service);
    let without = [".groovy", ".kt", ".scala"];
    let by_call = |file: &CodeFile| !without.iter().any(|end| file.path.ends_with(end));
    let mut files = material.code.iter().filter(reads);
    let read = files.any(|file| {
        let mut called = file.readers.called.iter();
        // In other languages of the machine a property is read without a call.
        called.any(|called| asks(called)) || (!by_call(file) && file.service.is_some())
    });
    !rest.is_empty() && !handed_on && !by_name && !read
}

/// Whether a text of a file does nothing but fill such a field.
pub(super) fn is_text_only_held(
    material: &Material<'_>,
    service: Index,
    file: &CodeFile,
    at: Position,
) -> bool {
    let mut readings = file.held.readings.iter().filter(|read| read.at == at);
    readings.any(|read| is_only_held(material, service, &read.variable))
        || is_constant_unused(material, service, file, at)
}

/// Whether a text is that of a constant which nothing names again: neither its file nor another one of the service, nor
/// shared code.
fn is_constant_unused(
    material: &Material<'_>,
    service: Index,
    file: &CodeFile,
    at: Position,
) -> bool {
    let mut constants = file.held.constants.iter();
    let Some((name, _)) = constants.find(|(_, place)| *place == at) else {
        return false;
    };
    let reads = |other: &&CodeFile| other.service.is_none_or(|owner| owner == service);
    let mut others = material.code.iter().filter(reads);
    !others.any(|other| other.path != file.path && other.held.says(name))
}
