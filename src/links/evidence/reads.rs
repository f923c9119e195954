//! Which settings a service reads, and what it reads them for.
//!
//! In: [`Material`]. Out: yes or no.
//! Invariant: what a service reads, the others that run the same code read, too.
//! Never: the value of a setting.

use std::collections::BTreeSet;

use crate::links::signs::lookups::is_variable;
use crate::model::names::key;

use super::directory::Index;
use super::material::Material;

impl Material<'_> {
    /// Whether the service, or shared code, mentions the variable or configuration key.
    pub(super) fn mentions(&self, service: Index, variable: &str) -> bool {
        let has = |service: Option<Index>, name: &str| self.mentions[service].contains(name);
        let twins = &self.twins[service];
        let either = |name: &str| {
            has(Some(service), name)
                || has(None, name)
                || twins.iter().any(|twin| has(Some(*twin), name))
        };
        let mut prefixes = self.knowledge.clients.browser_variables.iter();
        let bare = prefixes.find_map(|prefix| variable.strip_prefix(prefix));
        let parts = variable.rsplit("__").next().unwrap_or(variable);
        either(variable)
            || bare.is_some_and(either)
            || either(&key(variable))
            || (parts != variable && either(&key(parts)))
            || self.binds(service, variable)
    }

    /// Whether code of the service names what is called so, as an import or otherwise.
    pub(super) fn names(&self, service: Index, word: &str) -> bool {
        let mut own = self
            .code
            .iter()
            .filter(|file| file.service == Some(service));
        own.any(|file| file.held.says(word))
    }

    /// Whether the service reads the setting only to tell it to others: browsers, people, or whom to let in.
    pub(super) fn only_tells(&self, service: Index, setting: &str) -> bool {
        let name = key(setting);
        let told = |name: &str| self.told[Some(service)].contains(name);
        if told(&name) && !self.mentions(service, setting) {
            return true;
        }
        // `shop.url: ${SHOP_URL}` hands the variable on to a setting that is only told.
        let takers = self.lookups[service].takers.get(setting);
        takers.is_some_and(|takers| {
            takers.iter().all(|at| {
                let taker = &self.settings[service][*at].key;
                told(&key(taker)) && !self.mentions(service, taker)
            })
        })
    }

    /// Whether the service reads the variable itself, or calls a function of shared code that does.
    pub(super) fn reads(&self, service: Index, variable: &str) -> bool {
        let twins = &self.twins[service];
        let runs = |index: Index| index == service || twins.contains(&index);
        let mut code = std::iter::once(&service).chain(twins);
        if code.any(|slot| self.mentions[Some(*slot)].contains(variable)) {
            return true;
        }
        let shared = self.code.iter().filter(|file| file.service.is_none());
        let read = shared.flat_map(|file| &file.readers.read);
        let readers: BTreeSet<&str> = read
            .filter(|(name, _)| name == variable)
            .map(|(_, function)| function.as_str())
            .collect();
        let own = || {
            let files = self.code.iter();
            files.filter(|file| file.service.is_some_and(runs))
        };
        // What the service declares itself under that name it calls there.
        let itself: BTreeSet<&str> = own()
            .flat_map(|file| file.readers.declared.iter().map(|name| &**name))
            .collect();
        let calls = |name: &str| readers.contains(name) && !itself.contains(name);
        !readers.is_empty() && own().any(|file| file.readers.called.iter().any(|name| calls(name)))
    }

    /// Whether code of the service, or code that nobody owns, reads the setting that the variable stands for, `Urls:Orders`
    /// for `Urls__Orders`, or binds a section that holds it.
    pub(super) fn reads_section(&self, service: Index, variable: &str) -> bool {
        let name = key(variable);
        let slots = std::iter::once(&service).chain(&self.twins[service]);
        let mut slots = slots.map(|slot| Some(*slot)).chain([None]);
        slots.any(|slot| self.mentions[slot].contains(&name)) || self.binds(service, variable)
    }

    /// Whether the service's own code, and not shared code alone, reads the variable under any of its names.
    pub(super) fn reads_itself(&self, service: Index, variable: &str) -> bool {
        let slots = || std::iter::once(&service).chain(&self.twins[service]);
        let has = |name: &str| slots().any(|slot| self.mentions[Some(*slot)].contains(name));
        let part = variable.rsplit("__").next().unwrap_or(variable);
        let named = [variable, part]
            .iter()
            .any(|name| has(name) || has(&key(name)));
        named || self.binds(service, variable) || self.reads(service, variable)
    }

    /// Whether the service may open the database whose address a variable holds: it reads the variable itself, its own
    /// code says something of databases, or it has no code here. What only shared code reads may be for others.
    pub(super) fn opens(&self, service: Index, variable: &str) -> bool {
        let twins = &self.twins[service];
        let runs = |index: Index| index == service || twins.contains(&index);
        let mut slots = std::iter::once(&service).chain(twins);
        let itself = |slot: &Index| {
            let own = &self.mentions[Some(*slot)];
            own.contains(variable) || own.contains(&key(variable))
        };
        if !is_variable(variable) || slots.any(itself) || self.binds(service, variable) {
            return true;
        }
        let own = self.code.iter();
        let mut own = own.filter(|file| file.service.is_some_and(runs)).peekable();
        let clients = &self.knowledge.datastores.clients;
        own.peek().is_none() || own.any(|file| clients.iter().any(|client| file.held.says(client)))
    }

    /// Whether a framework hands the variable to a type: its name, relaxed, begins with the prefix of one.
    fn binds(&self, service: Index, variable: &str) -> bool {
        let variable = key(variable);
        let fits = |service: Option<Index>| {
            let mut prefixes = self.bound[service].iter();
            prefixes.any(|prefix| variable.starts_with(prefix.as_str()))
        };
        fits(Some(service)) || fits(None)
    }
}
