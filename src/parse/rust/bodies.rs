//! Puts what macros of the tree make in the place of the calls where items stand.
//!
//! In: instances with their calls. Out: more extracts, each with an instance.
//! Invariant: a call is replaced once; macros that call themselves end at a bound.
//! Never: a macro that declares neither modules nor imports.

use rustc_hash::FxHashSet;

use super::expand::expand;
use super::facts::{Extract, ItemCall, PathUse, Spaces};
use super::imports::{ask, symbols};
use super::index::{Definition, Index, Instance, ModuleId, NONE};
use super::read;
use super::tree::{self, Pending};
use crate::model::{FileId, Labels, Project};

/// Most calls that are replaced in one tree.
const MAX_PLACED: usize = 2_000;
/// Longest text that a call may become, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// The extracts of files, and of what macros make.
pub(super) struct Extracts<'a> {
    pub(super) files: &'a [(FileId, Extract)],
    made: Vec<(FileId, Extract)>,
}

impl<'a> Extracts<'a> {
    pub(super) fn new(files: &'a [(FileId, Extract)]) -> Self {
        let made = Vec::new();
        Self { files, made }
    }

    pub(super) fn get(&self, number: usize) -> Option<&(FileId, Extract)> {
        let made = || self.made.get(number.checked_sub(self.files.len())?);
        self.files.get(number).or_else(made)
    }

    fn add(&mut self, file: FileId, extract: Extract) -> u32 {
        self.made.push((file, extract));
        u32::try_from(self.files.len() + self.made.len() - 1).unwrap_or(NONE)
    }
}

/// Replaces every call whose macro is known by now and that is not in `done` (by instance and call);
/// tells whether there was one.
pub(super) fn place(
    index: &mut Index,
    project: &Project,
    extracts: &mut Extracts<'_>,
    done: &mut FxHashSet<(usize, usize)>,
) -> bool {
    let before = done.len();
    let any = extracts
        .files
        .iter()
        .any(|(_, extract)| !extract.arms.is_empty());
    let mut next = if any { 0 } else { index.instances.len() };
    while let Some(instance) = index.instances.get(next) {
        let mut found = Vec::new();
        if let Some((file, extract)) = extracts.get(instance.extract as usize) {
            for (number, call) in extract.item_calls.iter().enumerate() {
                if done.len() < MAX_PLACED && !done.contains(&(next, number)) {
                    let caller = Caller {
                        index,
                        extracts,
                        instance,
                        extract,
                    };
                    let made = caller.made(call).map(|made| (*file, made));
                    if made.is_some() {
                        done.insert((next, number));
                    }
                    found.extend(made);
                }
            }
        }
        for (file, made) in found {
            grow(index, project, extracts, file, made);
        }
        next += 1;
    }
    done.len() > before
}

fn grow(
    index: &mut Index,
    project: &Project,
    extracts: &mut Extracts<'_>,
    file: FileId,
    made: Made,
) {
    let places = made.extract.items.iter().map(|item| {
        let name = made.extract.names.get(item.name as usize);
        let given = name.is_some_and(|name| made.given.contains(&**name));
        if given { file } else { made.by }
    });
    index.learn(&made.extract, places.collect());
    let extract = extracts.add(file, made.extract);
    tree::grow_from(
        index,
        project,
        extracts,
        Pending {
            extract,
            ..made.pending
        },
    );
}

/// What a call became.
struct Made {
    extract: Extract,
    pending: Pending,
    /// The file of the macro, and the names that the call gave it.
    by: FileId,
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
    fn made(&self, call: &ItemCall) -> Option<Made> {
        let path = self.extract.paths.get(call.path as usize)?;
        let module = self.instance.modules.get(path.scope as usize).copied()?;
        let (extract, item) = self.macro_named(path, module)?;
        let (by, of) = self.extracts.get(extract as usize)?;
        let (_, arms) = of.arms.iter().find(|(of, _)| *of == item)?;
        let given = call.tokens.as_deref()?;
        let text = expand(arms, given)?.to_string();
        if text.len() > MAX_BYTES || (text.contains("$ crate") && !self.is_same_crate(extract)) {
            return None;
        }
        let (made, problems) = read::read("", &text.replace("$ crate", "crate")).ok()?;
        let given = given.split(|c: char| !c.is_alphanumeric() && c != '_');
        problems.is_empty().then_some(Made {
            extract: made,
            pending: self.pending(path, module)?,
            by: *by,
            given: given.map(str::to_owned).collect(),
        })
    }

    /// Where the call stands.
    fn pending(&self, path: &PathUse, module: ModuleId) -> Option<Pending> {
        let dirs = tree::directories(self.extract, &self.instance.dirs);
        let labels = path.labels.common(Labels::CFG.with(Labels::TEST));
        Some(Pending {
            extract: NONE,
            krate: self.instance.krate,
            parent: module,
            into: Some(module),
            name: self.index.module(module)?.name,
            line: path.at.line,
            in_call: true,
            dirs: dirs.get(path.scope as usize)?.clone(),
            labels: self.instance.labels.with(labels),
            level: self.instance.level + 1,
            from: None,
            known_as: None,
            macro_use: false,
        })
    }

    fn macro_named(&self, path: &PathUse, module: ModuleId) -> Option<(u32, u32)> {
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
    fn is_same_crate(&self, extract: u32) -> bool {
        let known = self.index.instances_of.get(extract as usize);
        let mut instances = known.into_iter().flatten();
        instances.any(|number| {
            let instance = self.index.instances.get(*number as usize);
            instance.is_some_and(|instance| instance.krate == self.instance.krate)
        })
    }
}
