//! Puts what macros of the tree make in the place of the calls where items stand.
//!
//! In: instances with their calls. Out: more extracts, each with an instance.
//! Invariant: a call is replaced once; macros that call themselves end at a bound.
//! Never: a macro that declares neither modules nor imports.

use rustc_hash::FxHashSet;

use super::expand::expand;
use super::extracts::Extracts;
use super::index::{Definition, ExtractId, Index, Instance, InstanceId, ItemKey, ModuleId};
use super::lookup::{ask, symbols};
use super::read;
use super::read::facts::{Extract, ItemCall, Name, PathId, PathUse, Spaces};
use super::tree::{self, Pending};
use crate::model::{FileId, Id, Labels, Project};

/// Most calls that are replaced in one tree.
const MAX_PLACED: usize = 2_000;
/// Longest text that a call may become, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// Replaces every call whose macro is known by now and that is not in `done` (by instance and call);
/// tells whether there was one.
///
/// `modules! { cart, web }`, whose macro makes `mod cart; mod web;`, is replaced by these
/// declarations, and the tree grows on from there. Without it whole crates that list their modules
/// in a macro would have no files. Imports may make more macros known, so this is asked again after
/// they are settled.
pub(super) fn place(
    index: &mut Index,
    project: &Project,
    extracts: &mut Extracts<'_>,
    done: &mut FxHashSet<(InstanceId, PathId)>,
) -> bool {
    let before = done.len();
    let mut files = extracts.files.iter();
    if files.all(|(_, extract)| extract.arms.is_empty()) {
        return false;
    }
    let mut next = InstanceId::FIRST;
    // What a macro makes is one more instance, which may hold calls, too.
    while next < index.instances.next_id() {
        for (file, made) in replaced(index, extracts, next, done) {
            grow(index, project, extracts, file, made);
        }
        next = InstanceId::new(next.index() + 1);
    }
    done.len() > before
}

/// What the calls of an instance become.
fn replaced(
    index: &Index,
    extracts: &Extracts<'_>,
    id: InstanceId,
    done: &mut FxHashSet<(InstanceId, PathId)>,
) -> Vec<(FileId, Made)> {
    let instance = &index.instances[id];
    let (file, extract) = &extracts[instance.extract];
    let caller = Caller {
        index,
        extracts,
        instance,
        extract,
    };
    let mut found = Vec::new();
    for call in &extract.item_calls {
        let key = (id, call.path);
        if done.len() < MAX_PLACED
            && !done.contains(&key)
            && let Some(made) = caller.made(call)
        {
            done.insert(key);
            found.push((*file, made));
        }
    }
    found
}

/// Takes in what a call became, and grows the tree below its modules.
///
/// A name that the call gave belongs to the file of the call, any other one to the file of the
/// macro: that is where a reader finds it.
fn grow(
    index: &mut Index,
    project: &Project,
    extracts: &mut Extracts<'_>,
    file: FileId,
    made: Made,
) {
    let written = |name: Name| {
        let given = made.given.contains(&*made.extract.names[name]);
        if given { file } else { made.by }
    };
    let extract = index.learn(&made.extract, written);
    extracts.made.push((file, made.extract));
    tree::grow_from(index, project, extracts, (extract, made.pending));
}

/// What a call became.
struct Made {
    /// What it says, read like a file.
    extract: Extract,
    /// Where it is to become part of the tree.
    pending: Pending,
    /// The file of the macro, and the names that the call gave it.
    by: FileId,
    /// Words in the tokens of the call.
    given: FxHashSet<String>,
}

/// A file with calls, in one of its places.
struct Caller<'a> {
    index: &'a Index,
    extracts: &'a Extracts<'a>,
    instance: &'a Instance,
    extract: &'a Extract,
}

impl Caller<'_> {
    /// What the call becomes; `None` when the macro is not of the tree, no arm matches, the result
    /// is too long, or it is no list of items.
    fn made(&self, call: &ItemCall) -> Option<Made> {
        let path = &self.extract.paths[call.path];
        let module = self.instance.modules[path.scope];
        let (extract, item) = self.macro_named(path, module)?;
        let (by, of) = &self.extracts[extract];
        let (_, arms) = of.arms.iter().find(|(of, _)| *of == item)?;
        let given = call.tokens.as_deref()?;
        let text = expand(arms, given)?.to_string();
        if text.len() > MAX_BYTES || (text.contains("$ crate") && !self.is_same_crate(extract)) {
            return None;
        }
        let (made, problems) = read::read("", &text.replace("$ crate", "crate"), None).ok()?;
        let given = given.split(|c: char| !c.is_alphanumeric() && c != '_');
        problems.is_empty().then_some(Made {
            extract: made,
            pending: self.pending(path, module),
            by: *by,
            given: given.map(str::to_owned).collect(),
        })
    }

    /// Where the call stands.
    fn pending(&self, path: &PathUse, module: ModuleId) -> Pending {
        let dirs = tree::directories(self.extract, &self.instance.dirs);
        let labels = path.labels.common(Labels::CFG.with(Labels::TEST));
        Pending {
            krate: self.instance.krate,
            parent: module,
            into: Some(module),
            name: self.index.modules[module].name,
            line: path.at.line,
            in_call: true,
            dirs: dirs[path.scope].clone(),
            labels: self.instance.labels.with(labels),
            level: self.instance.level + 1,
            from: None,
            known_as: None,
            macro_use: false,
        }
    }

    /// The item of the macro that a path means, if the tree declares it.
    fn macro_named(&self, path: &PathUse, module: ModuleId) -> Option<ItemKey> {
        let names = symbols(self.index, self.instance.extract, self.extract, path);
        let answer = self.index.look_up(&names, ask(module, path, false));
        answer.hits.iter().find_map(|hit| match hit.definition {
            Definition::Item { extract, item } if hit.space & Spaces::MACROS.0 != 0 => {
                Some((extract, item))
            }
            _ => None,
        })
    }

    /// Whether a file is part of the crate that calls.
    fn is_same_crate(&self, extract: ExtractId) -> bool {
        let mut instances = self.index.instances_of[extract].iter();
        instances.any(|id| self.index.instances[*id].krate == self.instance.krate)
    }
}
