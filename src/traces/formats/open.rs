//! From paths to decompressed bytes.
//!
//! In: files, folders, standard input, bytes. Out: readers, one for each input.
//! Invariant: gzip and zstd are found by content; a reader never gives more than its cap.
//! Never: a special file, a symbolic link inside a folder.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::encoding::{Trimmed, Utf16};

/// Where traces come from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file, or a folder whose files are all read.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes that are here already, with a name.
    Bytes(String, Vec<u8>),
}

impl Input {
    /// The name to show.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => shown(path),
            Self::Stdin => "<stdin>".to_owned(),
            Self::Bytes(name, _) => name.clone(),
        }
    }
}

/// The streams of `input`, in the order of their paths, and what could not be opened.
pub(in crate::traces) fn open(input: &Input) -> (Vec<Source>, Vec<(String, io::Error)>) {
    match input {
        Input::Stdin => (vec![Source::Stdin], Vec::new()),
        Input::Bytes(name, bytes) => (vec![Source::Bytes(name.clone(), bytes.clone())], Vec::new()),
        Input::Path(path) if path.is_dir() => {
            let (mut paths, mut failed) = (Vec::new(), Vec::new());
            for entry in visible(path) {
                match entry {
                    Ok(entry) if entry.file_type().is_file() => {
                        let name = below(path, entry.path());
                        paths.push(Source::Found(entry.into_path(), name));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let name = below(path, error.path().unwrap_or(path));
                        failed.push((name, error.into()));
                    }
                }
            }
            (paths, failed)
        }
        Input::Path(path) => (vec![Source::File(path.clone())], Vec::new()),
    }
}

/// All entries of a folder but hidden ones, by name.
fn visible(path: &Path) -> impl Iterator<Item = walkdir::Result<walkdir::DirEntry>> {
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    walkdir::WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| !hidden(entry))
}

/// An input before it is opened.
#[derive(Clone, Debug)]
pub(in crate::traces) enum Source {
    /// A file that the user named.
    File(PathBuf),
    /// A file in a folder that the user named, and the name to show.
    Found(PathBuf, String),
    /// Standard input.
    Stdin,
    /// Bytes.
    Bytes(String, Vec<u8>),
}

impl Source {
    /// The name to show.
    pub(in crate::traces) fn name(&self) -> String {
        match self {
            Self::File(path) => shown(path),
            Self::Stdin => "<stdin>".to_owned(),
            Self::Found(_, name) | Self::Bytes(name, _) => name.clone(),
        }
    }

    /// Opens it.
    pub(in crate::traces) fn reader(self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::File(path) | Self::Found(path, _) => {
                let file = regular(&path)?;
                Ok(Box::new(file))
            }
            Self::Stdin => Ok(Box::new(io::stdin())),
            Self::Bytes(_, bytes) => Ok(Box::new(Cursor::new(bytes))),
        }
    }
}

/// A path as it was given; of one from the top of the machine the last name only, because where a
/// recording lies on one machine is no result.
fn shown(path: &Path) -> String {
    let last = path.file_name().filter(|_| path.is_absolute());
    let name = last.unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What lies in a folder that was given, by the name of the folder.
fn below(folder: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(Path::new(""));
    let name = Path::new(&shown(folder)).join(inside);
    name.to_string_lossy().trim_end_matches('/').to_owned()
}

/// Opens a regular file; a pipe given by name is read, too, since the user named it.
fn regular(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is a folder"));
    }
    Ok(file)
}

/// Undoes compression, told by the first bytes, twice at most; the result is capped, also by [`RATIO`].
///
/// Two, for a compressed file that was compressed again. Both caps are checked while reading:
/// a small file can become endless zeros.
pub(in crate::traces) fn decompress(reader: Box<dyn Read + Send>, cap: u64) -> io::Result<Peeked> {
    let spent = Arc::new(AtomicU64::new(0));
    let metered = Metered {
        reader,
        spent: Arc::clone(&spent),
    };
    let mut peeked = Peeked::new(Box::new(metered))?;
    for _ in 0..2 {
        peeked = if peeked.head.starts_with(&[0x1F, 0x8B]) {
            Peeked::new(Box::new(Capped::new(
                flate2::read::MultiGzDecoder::new(BufReader::new(peeked)),
                cap,
                &spent,
            )))?
        } else if peeked.head.starts_with(&ZSTD) {
            let mut decoder = zstd::stream::read::Decoder::new(peeked)?;
            decoder.window_log_max(27)?;
            Peeked::new(Box::new(Capped::new(decoder, cap, &spent)))?
        } else {
            break;
        };
    }
    plain(peeked)
}

/// The same as text in UTF-8, if it is text.
fn plain(peeked: Peeked) -> io::Result<Peeked> {
    let peeked = if Trimmed::<Peeked>::fits(&peeked.head) {
        Peeked::new(Box::new(Trimmed::new(peeked)))?
    } else {
        peeked
    };
    match Utf16::<Peeked>::order(&peeked.head) {
        Some(big) => Peeked::new(Box::new(Utf16::new(peeked, big))),
        None => Ok(peeked),
    }
}

/// First bytes of a zstd frame.
pub(super) const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// A reader whose first bytes are known.
pub(in crate::traces) struct Peeked {
    /// The first bytes, up to 64 KiB; taken by reading.
    pub head: Vec<u8>,
    /// How many of them were read.
    taken: usize,
    /// What follows them.
    rest: Box<dyn Read + Send>,
    /// An error that came behind them, told once they are read.
    late: Option<io::Error>,
}

impl Peeked {
    /// Reads the first bytes; an error before the first one is told at once.
    fn new(mut reader: Box<dyn Read + Send>) -> io::Result<Self> {
        let (mut head, mut late) = (vec![0; 64 << 10], None);
        let mut filled = 0;
        while filled < head.len() {
            match reader.read(head.get_mut(filled..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    late = Some(error);
                    break;
                }
            }
        }
        head.truncate(filled);
        match late {
            Some(error) if filled == 0 => Err(error),
            late => Ok(Self {
                head,
                taken: 0,
                rest: reader,
                late,
            }),
        }
    }
}

impl Peeked {
    /// Looks further ahead, as long as nothing was taken; false at the end or where it is far enough.
    ///
    /// Each look reads three times as much as is known. Formats need it when the first record
    /// alone is larger than the head.
    pub(in crate::traces) fn more(&mut self) -> bool {
        /// Farthest look ahead in bytes.
        const FARTHEST: usize = 16 << 20;
        let known = self.head.len();
        if self.taken > 0 || self.late.is_some() || known >= FARTHEST {
            return false;
        }
        let more = (&mut self.rest).take((known * 3).max(1) as u64);
        let mut more = io::BufReader::new(more);
        if let Err(error) = more.read_to_end(&mut self.head) {
            self.late = Some(error);
        }
        self.head.len() > known
    }
}

impl Read for Peeked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.head.get(self.taken..).unwrap_or_default();
        if !left.is_empty() {
            let count = left.len().min(into.len());
            into[..count].copy_from_slice(&left[..count]);
            self.taken += count;
            return Ok(count);
        }
        match self.late.take() {
            Some(error) => Err(error),
            None => self.rest.read(into),
        }
    }
}

/// Bytes out for each stored byte in, beyond which an input is a bomb; recorded traces stay far below.
const RATIO: u64 = 1000;
/// Bytes that any input may become.
const FLOOR: u64 = 256 << 20;

/// A reader that counts what it gives.
struct Metered<R> {
    reader: R,
    /// Bytes given so far, shared with the readers that check the ratio.
    spent: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.spent.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// A reader that fails past a number of bytes.
struct Capped<R> {
    reader: R,
    /// Bytes given so far.
    given: u64,
    /// Bytes that may be given.
    cap: u64,
    /// Stored bytes that were read for them.
    spent: Arc<AtomicU64>,
}

impl<R> Capped<R> {
    /// Caps what `reader` gives at `cap` bytes, and at `RATIO` times what was spent.
    fn new(reader: R, cap: u64, spent: &Arc<AtomicU64>) -> Self {
        Self {
            reader,
            given: 0,
            cap,
            spent: Arc::clone(spent),
        }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.given += read as u64;
        let spent = self.spent.load(Ordering::Relaxed);
        if self.given
            > self
                .cap
                .min(spent.saturating_mul(RATIO).saturating_add(FLOOR))
        {
            let what = "decompresses to more than the limit; the rest is not read";
            return Err(io::Error::other(what));
        }
        Ok(read)
    }
}
