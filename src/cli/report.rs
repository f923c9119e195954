//! `seamline report`: the page, in one file or in a folder.
//!
//! In: arguments. Out: HTML.
//! Invariant: what changed since a base is on the same page.
//! Never: a page from an analysis that reads less than all.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::analyze::{analyze, show_page, sinks};
use super::args::Report;
use super::{against, flags, output};
use crate::analysis::Analysis;
use crate::config::{Flags, Found};
use crate::gate::compare;
use crate::pipeline;
use crate::report::{Page, Show, Topic, View, html_files};

/// Writes the page, into one file or into a folder.
pub(super) fn run(report: &Report) -> Result<ExitCode> {
    let mut input = report.input();
    let page = Page {
        source_url: report.source_url.as_deref(),
        poster: report.poster,
        ..Page::default()
    };
    if let Some(url) = page.source_url
        && !(url == "none" || url.starts_with("https://") || url.starts_with("http://"))
    {
        bail!(
            "`{url}` is neither a web address nor `none`; give one such as https://host/owner/name/blob/{{commit}}/{{path}}#L{{line}}"
        );
    }
    let folder = report.html_dir.as_deref();
    if folder.is_none() {
        let file = report.output.display();
        input.results.format.push(format!("html={file}"));
    }
    let sinks = sinks(&input, "html")?;
    let flags = Flags {
        wanted: pipeline::Wanted::Everything,
        ..flags::for_topic(&input, Topic::Summary, &sinks)
    };
    let (analysis, base) = match &report.against {
        Some(name) => {
            let sides = against::change(&input, &flags, Found::by(&flags)?, name)?;
            (sides.head, Some(sides.base))
        }
        None => (analyze(&input, &flags, || Found::by(&flags))?, None),
    };
    let change = base.map(|base| compare(&base, &analysis));
    let page = Page {
        change: change.as_ref(),
        ..page
    };
    if let Some(folder) = folder {
        write_folder(folder, &analysis, page)?;
        output::say(&format!("wrote {}", folder.join("index.html").display()));
    }
    let code = show_page(&input, Topic::Summary, &sinks, analysis, page)?;
    if folder.is_none() {
        output::say(&format!("wrote {}", report.output.display()));
    }
    Ok(code)
}

/// Writes the page with its style and its script as files of a folder.
fn write_folder(folder: &Path, analysis: &Analysis, page: Page<'_>) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let view = View {
        analysis,
        verdict: None,
        topic: Topic::Summary,
        show: Show::default(),
        page,
    };
    for (name, text) in html_files(&view)? {
        output::write(Some(&folder.join(name)), |sink| sink.write_all(&text))?;
    }
    Ok(())
}
