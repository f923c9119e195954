//! Settings that the code of a service reads and keeps, and never uses.
//!
//! In: what all files hold and say. Out: yes or no.
//! Invariant: in doubt a setting is used.
//! Never: a setting that any other file, of the service or shared, may read.

use crate::model::names::tail;

use super::directory::Index;
use super::material::Material;

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
    let Some((holder, (_, names))) = readings.find(|(_, (name, _))| name == variable) else {
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
        && names.iter().any(|name| !said(name))
}
