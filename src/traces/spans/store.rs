//! Spans that wait for the rest of their trace, in memory or in temporary files.
//!
//! In: [`Record`]s in any order. Out: all records of one partition of traces at a time.
//! Invariant: a trace lies in one partition; memory stays under the limit whatever the number of spans.
//! Never: texts.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::intern::mix;
use super::span::TraceId;
use crate::model::id;

id!(
    /// Position of a class.
    pub ClassId
);

/// A span in 56 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Trace id.
    pub trace: TraceId,
    /// Span id.
    pub id: u64,
    /// Parent's span id; zero for none.
    pub parent: u64,
    /// Start in nanoseconds since 1970.
    pub start: u64,
    /// Duration in nanoseconds.
    pub duration: u64,
    /// Number of the span's texts.
    pub class: u32,
    /// Status in HTTP's numbers.
    pub status: u16,
    /// See [`flags`](super::span::flags).
    pub flags: u16,
}

impl Record {
    /// The class of the span, once those of all collectors are joined.
    pub fn class(&self) -> ClassId {
        ClassId::new(self.class as usize)
    }

    /// End in nanoseconds since 1970.
    pub fn end(&self) -> u64 {
        self.start.saturating_add(self.duration)
    }

    /// Whether all the bits of `flag` are set.
    pub fn has(&self, flag: u16) -> bool {
        self.flags & flag == flag
    }

    /// Writes the record as 56 bytes, little-endian, in the order of its fields.
    fn encode(&self, into: &mut Vec<u8>) {
        for word in [
            self.trace[0],
            self.trace[1],
            self.id,
            self.parent,
            self.start,
            self.duration,
        ] {
            into.extend_from_slice(&word.to_le_bytes());
        }
        into.extend_from_slice(&self.class.to_le_bytes());
        into.extend_from_slice(&self.status.to_le_bytes());
        into.extend_from_slice(&self.flags.to_le_bytes());
    }

    /// Reads what `encode` has written.
    fn decode(bytes: &[u8; SIZE]) -> Self {
        let word = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(eight)
        };
        let last = word(48);
        Self {
            trace: [word(0), word(8)],
            id: word(16),
            parent: word(24),
            start: word(32),
            duration: word(40),
            class: (last & 0xFFFF_FFFF) as u32,
            status: ((last >> 32) & 0xFFFF) as u16,
            flags: (last >> 48) as u16,
        }
    }
}

/// Bytes of an encoded record.
const SIZE: usize = 56;
/// Records that are written or read at once.
const BATCH: usize = 4096;
/// Bits of the hash that choose a partition.
const SPREAD: u32 = 6;
/// Partitions of a store.
pub(in crate::traces) const PARTITIONS: usize = 1 << SPREAD;

/// The partition of a trace at `level` of splitting.
///
/// Each level takes other bits of the hash: spans that share a partition at one level are
/// spread over all at the next.
fn partition(trace: TraceId, level: u32) -> usize {
    let hash = mix(trace[1] ^ trace[0].rotate_left(29)).rotate_left(SPREAD * (level + 1));
    (hash & (PARTITIONS as u64 - 1)) as usize
}

/// Records by partition.
#[derive(Debug)]
pub struct Store {
    /// Records in memory.
    held: Vec<Record>,
    /// One file for each partition, once the limit was passed.
    files: Vec<File>,
    /// Most records in memory.
    limit: usize,
    /// How often the traces in here were split before.
    level: u32,
    /// Records in the files.
    spilled: u64,
}

impl Store {
    /// Holds up to `limit` records in memory.
    pub fn new(limit: usize, level: u32) -> Self {
        Self {
            held: Vec::new(),
            files: Vec::new(),
            limit: limit.max(PARTITIONS),
            level,
            spilled: 0,
        }
    }

    /// Adds a record; past the limit all held records go to temporary files.
    #[inline]
    pub fn push(&mut self, record: Record) -> io::Result<()> {
        if self.held.capacity() == 0 {
            // At once, since memory given back on the way is not used again; pages are taken as they fill.
            self.held.reserve_exact(self.limit.min(1 << 18));
        }
        self.held.push(record);
        if self.held.len() >= self.limit {
            self.spill()
        } else {
            Ok(())
        }
    }

    /// Writes all held records to the files of their partitions, and forgets them.
    #[cold]
    fn spill(&mut self) -> io::Result<()> {
        if self.files.is_empty() {
            self.files = (0..PARTITIONS)
                .map(|_| tempfile::tempfile())
                .collect::<io::Result<_>>()?;
        }
        let mut bytes = Vec::with_capacity(SIZE * BATCH);
        let order = Order::of(&self.held, self.level);
        for (number, file) in self.files.iter_mut().enumerate() {
            for record in order.records(&self.held, number) {
                record.encode(&mut bytes);
                if bytes.len() == SIZE * BATCH {
                    file.write_all(&bytes)?;
                    bytes.clear();
                }
            }
            file.write_all(&bytes)?;
            bytes.clear();
        }
        self.spilled += self.held.len() as u64;
        self.held.clear();
        Ok(())
    }

    /// Records written to temporary files so far.
    pub fn spilled(&self) -> u64 {
        self.spilled
    }

    /// Takes the parts, one for each partition; where some records are in files, all are.
    pub fn into_parts(mut self) -> io::Result<Vec<Part>> {
        if !self.files.is_empty() {
            self.spill()?;
        }
        let order = Order::of(&self.held, self.level);
        let mut files = self.files.into_iter();
        let part = |number| Part {
            memory: order.records(&self.held, number).copied().collect(),
            file: files.next(),
        };
        Ok((0..PARTITIONS).map(part).collect())
    }
}

/// Indices of records, partition by partition.
struct Order {
    /// Positions of the records, those of one partition side by side.
    indices: Vec<u32>,
    /// Where each partition starts in `indices`; one more entry than partitions.
    starts: [usize; PARTITIONS + 1],
}

impl Order {
    /// Orders the records by partition with a counting sort; those of one keep their order.
    fn of(records: &[Record], level: u32) -> Self {
        let mut starts = [0; PARTITIONS + 1];
        for record in records {
            starts[partition(record.trace, level) + 1] += 1;
        }
        for number in 0..PARTITIONS {
            starts[number + 1] += starts[number];
        }
        let (mut next, mut indices) = (starts, vec![0; records.len()]);
        for (index, record) in records.iter().enumerate() {
            let place = &mut next[partition(record.trace, level)];
            indices[*place] = index as u32;
            *place += 1;
        }
        Self { indices, starts }
    }

    /// The records of partition `number`, in the order in which they came.
    fn records<'r>(
        &self,
        records: &'r [Record],
        number: usize,
    ) -> impl Iterator<Item = &'r Record> {
        let range = self.starts[number]..self.starts[number + 1];
        self.indices[range]
            .iter()
            .map(|index| &records[*index as usize])
    }
}

/// The records of one partition of one store.
#[derive(Debug, Default)]
pub struct Part {
    /// Records that were in memory.
    memory: Vec<Record>,
    /// Records in a file, if there are any.
    file: Option<File>,
}

impl Part {
    /// Number of records.
    pub fn len(&self) -> io::Result<usize> {
        let bytes = self
            .file
            .as_ref()
            .map_or(Ok(0), |file| file.metadata().map(|meta| meta.len()))?;
        Ok(self.memory.len() + usize::try_from(bytes / SIZE as u64).unwrap_or(usize::MAX))
    }

    /// Gives all records to `take`, and lets go of them.
    pub fn drain(self, mut take: impl FnMut(Record) -> io::Result<()>) -> io::Result<()> {
        for record in self.memory {
            take(record)?;
        }
        let Some(mut file) = self.file else {
            return Ok(());
        };
        file.seek(SeekFrom::Start(0))?;
        let mut buffer = vec![0; SIZE * BATCH];
        loop {
            let filled = fill(&mut file, &mut buffer)?;
            let (records, _) = buffer.get(..filled).unwrap_or_default().as_chunks::<SIZE>();
            for bytes in records {
                take(Record::decode(bytes))?;
            }
            if filled < buffer.len() {
                return Ok(());
            }
        }
    }
}

/// Fills the buffer as far as the file goes; fewer bytes than it holds mean the end.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spilled_records_come_back_with_their_trace() {
        let mut store = Store::new(100, 0);
        for id in 1..=1000_u64 {
            let trace = [id % 7, id % 50];
            let record = Record {
                trace,
                id,
                class: 3,
                status: 404,
                flags: 9,
                start: u64::MAX,
                ..Record::default()
            };
            store.push(record).expect("stored");
        }
        assert!(store.spilled() >= 900);
        let (mut seen, mut homes) = (0, std::collections::BTreeMap::new());
        let parts = store.into_parts().expect("parts");
        for (index, part) in parts.into_iter().enumerate() {
            part.drain(|record| {
                assert_eq!(
                    (record.class, record.status, record.flags, record.start),
                    (3, 404, 9, u64::MAX)
                );
                assert_eq!(*homes.entry(record.trace).or_insert(index), index);
                seen += 1;
                Ok(())
            })
            .expect("read back");
        }
        assert_eq!(seen, 1000);
    }
}
