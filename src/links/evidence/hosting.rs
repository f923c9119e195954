//! What an application model gives the programs that it starts: routes of a gateway, addresses of other programs.
//!
//! In: what files say of the programs that they start. Out: drafts.
//! Invariant: names are texts, or constants that stand for one.
//! Never: a program that does not name what it is given.

use crate::model::{Location, Provenance};

use super::directory::Index;
use super::found::{Draft, Found, Protocol};
use super::manifest::names_caller;
use super::material::Material;

/// The class and the name of a constant: `Stores` and `Orders` of `Shop.Stores.Orders`; `None` for a text.
fn member(name: &str) -> Option<(&str, &str)> {
    let (front, last) = name.rsplit_once('.')?;
    Some((front.rsplit('.').next().unwrap_or(front), last))
}

/// The text that a name of the model stands for: `Services.Orders` for "orders".
pub(super) fn text(material: &Material<'_>, name: &str) -> String {
    let Some((owner, last)) = member(name) else {
        return name.to_owned();
    };
    let constant = material.constant(None, &format!("{owner}.{last}"));
    constant.unwrap_or(last).to_owned()
}

/// The program of one of these names.
pub(super) fn program(material: &Material<'_>, names: &[String]) -> Option<Index> {
    let mut names = names.iter();
    names.find_map(|name| material.directory.exact(&text(material, name), None))
}

/// Whether code of the service names what it is given, by the text or by the constant.
pub(super) fn uses(material: &Material<'_>, service: Index, name: &str) -> bool {
    let Some((owner, last)) = member(name) else {
        return material.mentions(service, name);
    };
    let mut own = material
        .code
        .iter()
        .filter(|file| file.service == Some(service));
    // Shared code mentions all of them where it defines them.
    let by_text = || material.mentions[Some(service)].contains(&text(material, name));
    own.any(|file| {
        let mut uses = file.uses.iter().filter(|u| u.name);
        uses.any(|u| u.text == last && u.owner == owner)
    }) || by_text()
}

/// Programs that an application model puts behind a gateway.
pub(super) fn fronted(material: &Material<'_>, found: &mut Found) {
    let hosts = material.code.iter();
    let fronted = hosts.flat_map(|file| file.hosted.fronted.iter().map(move |f| (file, f)));
    for (file, fronted) in fronted {
        let to = program(material, &fronted.programs);
        let gateway = material
            .directory
            .exact(&text(material, &fronted.gateway), None);
        if let Some((from, to)) = gateway.zip(to) {
            found.drafts.push(Draft {
                from,
                to,
                protocol: Protocol::Http,
                provenance: Provenance::Declared,
                evidence: "gateway-route",
                location: Location::new(file.path.clone(), fronted.at),
            });
        }
    }
}

/// Programs that are given the address of another one, and name it.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let hosts = material.code.iter();
    let all = hosts.flat_map(|file| file.hosted.introduced.iter().map(move |i| (file, i)));
    for (file, introduced) in all {
        let from = program(material, &introduced.programs);
        let to = program(material, &introduced.to);
        let Some((from, to)) = from.zip(to) else {
            continue;
        };
        let mut names = introduced.to.iter();
        let reads =
            |variable: &String| material.mentions(from, variable) && !names_caller(variable);
        let read = introduced.variable.as_ref().is_some_and(reads);
        if read || names.any(|name| uses(material, from, name)) {
            found.drafts.push(Draft {
                from,
                to,
                protocol: Protocol::Http,
                provenance: Provenance::Declared,
                evidence: "given-address",
                location: Location::new(file.path.clone(), introduced.at),
            });
        }
    }
}
