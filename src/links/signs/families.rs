//! Which clients of brokers a file uses, by what it imports; which row of such a client a use fits.
//!
//! In: source text, uses. Out: names of families, rows.
//! Invariant: sorted by name.
//! Never: a client of which the file names no import, unless the row asks for none.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, Match};

use crate::knowledge::{List, Messaging};

use super::uses::Use;

/// Finds the families whose library a text names, all at once.
pub(in crate::links) struct Families {
    imports: Option<AhoCorasick>,
    /// The family of each import, as a position in `names`.
    of_import: Vec<usize>,
    names: Vec<Box<str>>,
    /// Those that any file may use.
    always: Vec<usize>,
}

impl Families {
    /// Those of the table.
    pub(in crate::links) fn new(messaging: &Messaging) -> Self {
        let (mut imports, mut of_import, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (at, family) in messaging.families.values().enumerate() {
            let before = imports.len();
            imports.extend(family.imports.iter());
            of_import.resize(imports.len(), at);
            always.extend((before == imports.len()).then_some(at));
        }
        let names = messaging.families.keys();
        Self {
            imports: AhoCorasick::new(imports).ok(),
            of_import,
            names: names.map(|name| name.as_str().into()).collect(),
            always,
        }
    }

    /// The families whose library a text names, sorted by name.
    pub(in crate::links) fn named(&self, text: &str) -> Vec<Box<str>> {
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let whole = |found: &Match| {
            let (before, after) = (text.get(..found.start()), text.get(found.end()..));
            !before.is_some_and(|before| before.ends_with(inside))
                && !after.is_some_and(|after| after.starts_with(inside))
        };
        let found = self.imports.iter();
        let found = found.flat_map(|imports| imports.find_overlapping_iter(text));
        let found = found.filter(whole);
        let found = found.map(|found| self.of_import[found.pattern().as_usize()]);
        let all: BTreeSet<usize> = found.chain(self.always.iter().copied()).collect();
        all.into_iter().map(|at| self.names[at].clone()).collect()
    }
}

/// Whether a use is the topic or name of a row.
pub(in crate::links) fn fits(rows: &BTreeMap<String, List>, u: &Use) -> bool {
    let chain = u.callee.split('<').next().unwrap_or(&u.callee);
    let chain = chain.trim_start_matches('@');
    let last = chain.rsplit('.').next().unwrap_or(chain);
    let two = chain.rsplitn(3, '.').take(2).map(str::len).sum::<usize>() + 1;
    let two = chain
        .get(chain.len().saturating_sub(two)..)
        .unwrap_or(chain);
    let row = rows.get(last).or_else(|| rows.get(two));
    let direct = !u.braced || u.callee.starts_with('@');
    row.is_some_and(|arguments| match (&*u.key, u.argument) {
        ("", 0) => direct && arguments.has(""),
        ("", at) => direct && arguments.has(&format!("#{at}")),
        (key, _) => arguments.has(key),
    })
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::super::uses::uses;
    use super::*;
    use crate::knowledge::Knowledge;

    fn shown(extension: &str, text: &str) -> String {
        let known = Knowledge::default();
        let mut found = Vec::new();
        for name in Families::new(&known.messaging).named(text) {
            let family = &known.messaging.families[&*name];
            let rows = [
                ("+", &family.publish),
                ("-", &family.subscribe),
                ("?", &family.request),
                ("=", &family.reply),
                ("~", &family.listen),
            ];
            for u in uses(&tokens(extension, text)) {
                let fitting = rows.iter().filter(|(_, rows)| fits(rows, &u));
                found.extend(fitting.map(|(mark, _)| format!("{mark}{}", u.text)));
            }
        }
        found.join(" ")
    }

    #[test]
    fn both_sides_of_every_family_are_found() {
        for (extension, text, wanted) in [
            (
                "ts",
                "import { Queue } from 'bullmq'; new Queue<Job>('a', { connection: { host: 'b' } })",
                "+a",
            ),
            (
                "ts",
                "import { Worker } from \"bullmq\"; new Worker('a', async (j) => { if (j.name == 'x') { return 'y' } })",
                "-a",
            ),
            (
                "cs",
                "new MqttApplicationMessageBuilder().WithTopic(\"a/b\").Build(); o.WithTopicFilter(\"c\")",
                "+a/b -c",
            ),
            (
                "py",
                "from celery import Celery\napp.send_task('a.b', args=['c'])",
                "+a.b",
            ),
            (
                "py",
                "from celery import shared_task\n@shared_task(name='a.b')\ndef f(): pass",
                "-a.b",
            ),
            (
                "ts",
                "import { ClientProxy } from '@nestjs/microservices'; this.client.emit('a', {}); this.client.send({ cmd: 'b' }, {})",
                "+a ?b",
            ),
            (
                "ts",
                "import { MessagePattern } from '@nestjs/microservices'; class A { @MessagePattern({ cmd: 'b' }) f() {} }",
                "=b",
            ),
            (
                "java",
                "import org.apache.kafka.streams.StreamsBuilder; class A { void f() { builder.stream(\"a\").to(\"b\"); } }",
                "-a +b",
            ),
            (
                "py",
                "from nameko.rpc import RpcProxy\nclass A:\n    name = 'a'\n    b = RpcProxy('b')",
                "=a ?b",
            ),
            (
                "py",
                "from nameko.events import event_handler\nclass A:\n    name = 'a'\n    @event_handler('b', 'paid')\n    def f(self): pass",
                "=a ~b",
            ),
            (
                "java",
                "import io.eventuate.tram.commands.X; class A { void f() { send(c).to(\"a\"); b.fromChannel(\"b\"); } }",
                "+a -b",
            ),
            (
                "go",
                "import \"go.temporal.io/sdk/worker\"\nfunc f() { w := worker.New(c, \"a\", worker.Options{}); c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: \"x\", TaskQueue: \"b\"}, W) }",
                "-a +b",
            ),
            (
                "py",
                "from temporalio.client import Client\nawait client.execute_workflow(W.run, 'x', id='y', task_queue='b')",
                "+b",
            ),
            (
                "rs",
                "use rdkafka::producer::FutureRecord; p.send(FutureRecord::to(\"a\"), 1)",
                "+a",
            ),
            (
                "go",
                "import \"github.com/hibiken/asynq\"\nfunc f() { asynq.NewTask(\"a:b\", nil) }",
                "+a:b",
            ),
        ] {
            assert_eq!(shown(extension, text), wanted, "{text}");
        }
    }

    #[test]
    fn the_same_words_of_others_are_none() {
        for (extension, text) in [
            ("ts", "import { Queue } from './bullet'; new Queue('a')"),
            ("ts", "this.socket.emit('a', {})"),
            ("java", "list.stream(\"a\").to(\"b\");"),
        ] {
            assert_eq!(shown(extension, text), "", "{text}");
        }
    }
}
