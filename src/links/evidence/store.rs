//! Which database of which server a service uses.
//!
//! In: settings and uses of texts. Out: connections, links to database files.
//! Invariant: one server with separate databases is not one database.
//! Never: a database that lives in memory only.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::Datastores;
use crate::model::{EdgeKind, Grade, LinkEnd, Location, Provenance, Role, ServiceLink, stacks};

use crate::links::signs::hosting::Grant;

use super::address::addresses;
use super::directory::Index;
use super::found::{Draft, Found, Text};
use super::hosting;
use super::material::Material;
use super::value::text_of;

/// Per service, its databases as `server/database`, `server` or the name of a file.
pub(super) type Connections = BTreeMap<Index, BTreeSet<String>>;

/// The databases of every service.
pub(super) fn connections(material: &Material<'_>, drafts: &[Draft]) -> Connections {
    let mut found: Connections = BTreeMap::new();
    for (service, value, _) in texts(material) {
        let service = *service;
        for address in addresses(value) {
            let Some(to) = material.directory.resolve(&address, Some(service)) else {
                continue;
            };
            let store = material.directory.service(to);
            if store.role != Role::Datastore {
                continue;
            }
            let database = Some(address.path).filter(|path| !path.is_empty());
            let name = database.map_or(store.name.clone(), |database| {
                format!("{}/{database}", store.name)
            });
            found.entry(service).or_default().insert(name);
        }
        found
            .entry(service)
            .or_default()
            .extend(file_name(&material.knowledge.datastores, value).map(str::to_owned));
    }
    for draft in drafts {
        let store = Some(material.directory.service(draft.to));
        let store = store.filter(|store| store.role == Role::Datastore);
        let known = found.entry(draft.from).or_default();
        let named = |store: &crate::model::Service| {
            known
                .iter()
                .any(|name| name.split('/').next() == Some(&store.name))
        };
        if let Some(store) = store.filter(|store| !named(store)) {
            let database = database_beside(material, draft);
            known.insert(database.map_or(store.name.clone(), |database| {
                format!("{}/{database}", store.name)
            }));
        }
    }
    found.retain(|_, names| !names.is_empty());
    found
}

/// `host: db` and `database: shop` under the same key.
fn database_beside(material: &Material<'_>, draft: &Draft) -> Option<String> {
    let settings = &material.settings[draft.from];
    let host = settings
        .iter()
        .find(|setting| setting.location == draft.location)?;
    let (front, _) = host.key.rsplit_once('.')?;
    let named = |last: &str| {
        settings
            .iter()
            .find(|setting| setting.key == format!("{front}.{last}"))
    };
    named("database")
        .or_else(|| named("dbname"))
        .map(|setting| setting.value.clone())
}

/// Every text of a service that may be a connection string.
pub(super) fn texts<'m>(material: &'m Material<'_>) -> &'m [Text] {
    material.texts.get_or_init(|| read(material))
}

/// Settings of services, with their variables filled in, then texts of their code.
fn read(material: &Material<'_>) -> Vec<Text> {
    let mut found = Vec::new();
    for service in material.calling() {
        for setting in &material.settings[service] {
            let may_be = is_candidate(&setting.value) || setting.value.contains("${");
            let text = may_be.then(|| material.expand(service, &setting.value));
            let at = || setting.location.clone();
            let text = text.filter(|text| is_candidate(text));
            found.extend(text.map(|text| (service, text, at())));
        }
    }
    for (service, file) in material.callers() {
        for u in file
            .uses
            .iter()
            .filter(|u| !u.name && is_candidate(&u.text))
        {
            let text = text_of(material, service, u).unwrap_or_default();
            found.push((service, text, Location::new(file.path.clone(), u.at)));
        }
    }
    found
}

/// A quick look before a text is expanded: whether it can be a connection string at all.
fn is_candidate(text: &str) -> bool {
    text.contains("://")
        || text.contains('=')
        || text.starts_with("sqlite:")
        || text.contains("jdbc:")
        || text.contains("@tcp(")
}

/// The database file that a text names: `sqlite:///data/users.db`, `jdbc:sqlite:users.db`, `Data Source=users.db`.
fn file_name<'t>(stores: &Datastores, text: &'t str) -> Option<&'t str> {
    let marks = &stores.file_marks;
    let rest = marks
        .iter()
        .find_map(|mark| text.split_once(&**mark))
        .map(|(_, rest)| rest)?;
    let path = rest.split(['?', ';', ' ']).next()?;
    let name = path.rsplit(['/', '\\']).next()?;
    let mut ends = stores.file_ends.iter();
    ends.any(|end| name.ends_with(end))
        .then_some(name)
        .filter(|name| !name.contains(['$', '{', '%']))
}

/// Links to databases that are files.
pub(super) fn files(material: &Material<'_>, found: &mut Found) {
    let link = |(service, value, location): &Text| {
        let name = file_name(&material.knowledge.datastores, value)?.to_owned();
        let from = material.directory.service(*service).name.clone();
        let declared = material
            .settings
            .get(*service)?
            .iter()
            .any(|setting| setting.location == *location);
        Some(ServiceLink {
            from,
            to: LinkEnd::Datastore(name),
            kind: EdgeKind::Datastore,
            provenance: if declared {
                Provenance::Declared
            } else {
                Provenance::Code
            },
            grade: Grade::Called,
            via: None,
            evidence: "connection-string".into(),
            locations: vec![location.clone()],
        })
    };
    found.links.extend(texts(material).iter().filter_map(link));
}

/// Links to the tables that a template gives by their names, in variables that the code reads or as a resource of its
/// own uses them.
pub(super) fn given(material: &Material<'_>, found: &mut Found) {
    let mark = format!("{}://", stacks::TABLE);
    for service in material.calling() {
        for setting in &material.settings[service] {
            let Some(table) = setting.value.strip_prefix(&mark) else {
                continue;
            };
            let read = setting.key.contains('.') || material.mentions(service, &setting.key);
            found.links.extend(read.then(|| ServiceLink {
                from: material.directory.service(service).name.clone(),
                to: LinkEnd::Datastore(table.to_owned()),
                kind: EdgeKind::Datastore,
                provenance: Provenance::Declared,
                grade: Grade::Called,
                via: None,
                evidence: "given-table".into(),
                locations: vec![setting.location.clone()],
            }));
        }
    }
}

/// Links to the stores that a host gives to programs which open them by their name.
pub(super) fn granted(material: &Material<'_>, found: &mut Found) {
    for file in &material.code {
        for grant in &file.hosted.grants {
            let owner = hosting::program(material, &grant.programs);
            let opens = |service: &Index| hosting::uses(material, *service, &grant.store);
            let Some(from) = owner.filter(opens).map(|i| material.directory.service(i)) else {
                continue;
            };
            found.links.push(ServiceLink {
                from: from.name.clone(),
                to: LinkEnd::Datastore(store_of(material, grant)),
                kind: EdgeKind::Datastore,
                grade: Grade::Called,
                provenance: Provenance::Declared,
                via: None,
                evidence: "granted-store".into(),
                locations: vec![Location::new(file.path.clone(), grant.at)],
            });
        }
    }
}

/// The server that a store is put on, where it is a service of the tree; else the store. A database may be called
/// like the service that uses it.
fn store_of(material: &Material<'_>, grant: &Grant) -> String {
    let server = grant
        .server
        .as_ref()
        .map(|name| hosting::text(material, name));
    let known = server.and_then(|server| material.directory.exact(&server, None));
    let known = known.filter(|index| material.directory.is_store(*index));
    let name = |index| material.directory.service(index).name.clone();
    known.map_or_else(|| hosting::text(material, &grant.store), name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn database_files_are_named_by_their_file() {
        let known = Knowledge::default();
        let file_name = |text| file_name(&known.datastores, text);
        assert_eq!(file_name("sqlite:///data/users.db"), Some("users.db"));
        assert_eq!(
            file_name("jdbc:sqlite:shop.sqlite?x=1"),
            Some("shop.sqlite")
        );
        assert_eq!(
            file_name("Data Source=shop.db;Cache=Shared"),
            Some("shop.db")
        );
        assert_eq!(file_name("sqlite::memory:"), None);
    }
}
