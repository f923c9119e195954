//! Flags and configuration file as one.
//!
//! In: [`Flags`], the configuration [`Found`]. Out: the settings of a run, [`pipeline::Options`].
//! Invariant: a flag wins over the file, the file over a default.
//! Never: prints, analyses, or reads more than the files that it is told of.

use std::io;
use std::path::{Path, PathBuf};

use super::{Config, ConfigError};
use crate::part::{Part, PartError};
use crate::pipeline::{self, Wanted};
use crate::source::named;
use crate::{boundaries, history, parse, source, traces};

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Flags {
    /// Folders to analyse together.
    pub roots: Vec<PathBuf>,
    /// Repositories to analyse with them that were reduced before.
    pub parts: Vec<PathBuf>,
    /// Whether a part of an analysed folder gives way to the folder.
    pub beside: bool,
    /// Whether the part of the repository is asked for.
    pub reduce: bool,
    /// This configuration instead of the nearest one.
    pub file: Option<PathBuf>,
    /// Recorded traces; those of the configuration when there are none.
    pub traces: Vec<PathBuf>,
    /// How far back the history counts.
    pub since: Option<String>,
    /// Where the history is recorded.
    pub origin: history::Origin,
    /// Indexes of other tools.
    pub scip: Vec<PathBuf>,
    /// The folder that is reported.
    pub within: Option<String>,
    /// Limits of reading files.
    pub limits: source::Limits,
    /// Limits of reading traces.
    pub trace_limits: traces::Options,
    /// Threads; as many as there are processors unless given.
    pub threads: Option<usize>,
    /// What to propose and how; the file adds what to keep to.
    pub boundaries: boundaries::Options,
    /// Which results the command shows.
    pub wanted: Wanted,
}

/// The configuration that a run uses, with the file that it stands in.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The file; `None` where there is none.
    pub file: Option<PathBuf>,
    /// What it says, else the defaults.
    pub config: Config,
}

/// Why flags and configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// No SCIP index.
    #[error("`{}` is no SCIP index, or is cut off", .0.display())]
    NoIndex(PathBuf),
    /// The configuration file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The time that the history counts from.
    #[error(transparent)]
    Window(#[from] history::BadWindow),
    /// No such traces.
    #[error("no traces at `{0}`; give a file, a folder, or - for standard input")]
    NoTraces(PathBuf),
    /// Traces that the configuration must not name.
    #[error("the configuration names the traces `{path}`: {source}")]
    Traces {
        /// As written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An index that cannot be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A folder without parts.
    #[error(
        "no parts at `{0}`; give a file of `seamline analyze REPO --format part=FILE`, or a folder of .part files"
    )]
    NoParts(PathBuf),
    /// A part that cannot be used.
    #[error(transparent)]
    Part(#[from] PartError),
    /// A share of requests that is none.
    #[error("the sampling ratio must be above 0 and at most 1")]
    SamplingRatio,
}

impl Found {
    /// The configuration asked for, or the nearest one.
    ///
    /// # Errors
    /// There is one that cannot be used.
    pub fn by(flags: &Flags) -> Result<Self, ConfigError> {
        if let Some(file) = &flags.file {
            return Ok(Self::of(file.clone(), Config::load(file)?));
        }
        // Parts are judged by the policy of the folder in which the program runs.
        let first = flags.roots.first().map_or(Path::new("."), PathBuf::as_path);
        let Ok(dir) = first.canonicalize() else {
            return Ok(Self::default());
        };
        let found = Config::find(&dir, source::repository(&dir))?;
        Ok(found.map_or_else(Self::default, |(file, config)| Self::of(file, config)))
    }

    /// A configuration with the file that it was read from.
    fn of(file: PathBuf, config: Config) -> Self {
        Self {
            file: Some(file),
            config,
        }
    }

    /// The folder of the file.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.file.as_deref()?.parent()
    }
}

/// Joins the two.
///
/// # Errors
/// A file that one of them names is not there, or a value makes no sense.
pub fn resolve(flags: &Flags, found: &Found) -> Result<pipeline::Options, SettingsError> {
    let config = &found.config;
    let mut options = pipeline::Options {
        roots: flags.roots.clone(),
        reduce: flags.reduce,
        beside: flags.beside,
        limits: flags.limits,
        discover: config.discover(),
        code: config.traces.code.clone(),
        assumptions: config.assumptions,
        boundaries: boundaries::Options {
            within: flags.within.as_deref().map(folder).unwrap_or_default(),
            ..config.boundaries(flags.boundaries.clone())
        },
        wanted: flags.wanted,
        surface: !config.policy.freeze.is_empty(),
        ..pipeline::Options::default()
    };
    if let Some(since) = flags.since.as_ref().or(config.since.as_ref()) {
        options.history.window = since.parse()?;
    }
    options.history.origin = flags.origin.clone();
    options.history.threads = flags.threads.unwrap_or(options.history.threads);
    options.traces = trace_inputs(trace_files(flags, found)?)?;
    let parts = flags.parts.iter().map(|path| read_part(path));
    options.parts = parts.collect::<Result<_, _>>()?;
    let indexes = flags.scip.iter().map(|path| index(path));
    options.scip = indexes.collect::<Result<_, _>>()?;
    let told = flags.trace_limits.sampling_ratio;
    options.trace_limits = trace_limits(traces::Options {
        sampling_ratio: told.or(config.traces.sampling_ratio),
        ..flags.trace_limits.clone()
    })?;
    Ok(options)
}

/// The limits, if they make sense.
///
/// # Errors
/// The sampling ratio is no share.
pub fn trace_limits(limits: traces::Options) -> Result<traces::Options, SettingsError> {
    let ratio = limits.sampling_ratio;
    if ratio.is_some_and(|ratio| !(ratio > 0.0 && ratio <= 1.0)) {
        return Err(SettingsError::SamplingRatio);
    }
    Ok(limits)
}

/// The traces of the command line, else those of the file, relative to it and inside of its repository.
fn trace_files(flags: &Flags, found: &Found) -> Result<Vec<PathBuf>, SettingsError> {
    if !flags.traces.is_empty() {
        return Ok(flags.traces.clone());
    }
    let Some(folder) = found
        .folder()
        .filter(|_| !found.config.traces.files.is_empty())
    else {
        return Ok(Vec::new());
    };
    let here = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_path_buf());
    let top = source::repository(&here);
    let inside = |path: &PathBuf| {
        named::inside(top, &here, path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SettingsError::NoTraces(folder.join(path)),
            _ => SettingsError::Traces {
                path: path.clone(),
                source: error,
            },
        })
    };
    found.config.traces.files.iter().map(inside).collect()
}

/// A repository that was reduced before.
fn read_part(path: &Path) -> Result<Part, SettingsError> {
    let bytes = named::given(path).map_err(|source| SettingsError::Unreadable {
        path: path.to_path_buf(),
        source,
    })?;
    Ok(Part::read(&bytes, &path.display().to_string())?)
}

/// The parts in a folder, sorted by name, or the one file that is named.
///
/// # Errors
/// There is none.
pub fn parts_in(path: &Path) -> Result<Vec<PathBuf>, SettingsError> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let found = named::files_in(path, "part").unwrap_or_default();
    if found.is_empty() {
        return Err(SettingsError::NoParts(path.to_path_buf()));
    }
    Ok(found)
}

/// A SCIP index, whose paths are relative to the analysed folder.
fn index(path: &Path) -> Result<parse::scip::Index, SettingsError> {
    let bytes = named::given(path).map_err(|source| SettingsError::Unreadable {
        path: path.to_path_buf(),
        source,
    })?;
    if !parse::scip::is_index(&bytes) {
        return Err(SettingsError::NoIndex(path.to_path_buf()));
    }
    Ok(parse::scip::Index {
        bytes,
        prefix: String::new(),
    })
}

/// A folder as the analysis names it: `./src/` is `src`.
#[must_use]
pub fn folder(path: &str) -> String {
    path.trim_start_matches("./")
        .trim_end_matches('/')
        .trim_end_matches('.')
        .to_owned()
}

/// Trace inputs by path; `-` is standard input.
///
/// # Errors
/// One of them is not there.
pub fn trace_inputs(paths: Vec<PathBuf>) -> Result<Vec<traces::Input>, SettingsError> {
    let input = |path: PathBuf| match path {
        path if path == Path::new("-") => Ok(traces::Input::Stdin),
        path if path.exists() => Ok(traces::Input::Path(path)),
        path => Err(SettingsError::NoTraces(path)),
    };
    paths.into_iter().map(input).collect()
}
