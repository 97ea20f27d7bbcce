//! The public pages that are rendered on a server: start, result, board. They are readable without script.
//!
//! Pure: what stands on the record in, HTML out; used by every server and mirror alike. Everything that a manifest or an
//! entry says is escaped by the one template engine.

mod board;
mod charts;
pub mod counts;
mod elections;
mod failure;
mod figures;
mod language;
mod layout;
mod observers;
mod outcome;
mod result;
mod start;
mod words;

use plebiscite_election::record::Record;

pub use board::{PAGE, Shown, board};
pub use elections::{Listed, elections};
pub use failure::failure;
pub use language::Language;
pub use result::result;
pub use start::start;

/// A condition of a decision rule with its numbers, without its answer, as the result page says it: for printed documents too.
#[must_use]
pub fn condition(
    language: Language,
    verdict: &plebiscite_election::rule::condition::ConditionVerdict,
) -> String {
    (words::words_of(language).condition)(verdict)
}

/// A time without seconds, in UTC and saying so, as the pages write it: for printed documents too.
#[must_use]
pub fn moment(language: Language, seconds: u64) -> String {
    figures::time(language, seconds)
}

/// The stylesheet of these pages, served at [`STYLE_PATH`].
pub const STYLE: &str = include_str!("pages.css");
/// Where the stylesheet is served.
pub const STYLE_PATH: &str = "/assets/pages.css";

/// The one script of these pages, which puts their times into the zone of the reader's device and this server's address into
/// commands, with what it imports: where each is served, and its text. They are files of the browser's pages, so that both say a time alike; here they are
/// built in, for servers that serve no browser's pages.
pub const SCRIPTS: [(&str, &str); 2] = [
    ("/assets/parts/times.js", include_str!("../../../web/parts/times.js")),
    ("/assets/parts/moment.js", include_str!("../../../web/parts/moment.js")),
];

/// What a page shows: one election as it stands, in a language.
#[derive(Clone, Copy)]
pub struct View<'r> {
    /// The record.
    pub record: &'r Record,
    /// The language asked for.
    pub language: Language,
    /// Where the election lies: `/e/<16 hex>/`.
    pub base: &'r str,
    /// Whether the pages that need script (booth, audit) are served here too.
    pub scripts: bool,
    /// On a mirror, which takes no votes: when it last saw that its copy is all that its source has, in seconds since
    /// 1970; 0 for never. None where votes are cast here.
    pub mirror: Option<u64>,
    /// Entries that are published, and the root over them in hex.
    pub published: (u64, &'r str),
    /// The newest cosigned checkpoint that lies beside the log, as a note.
    pub cosigned: Option<&'r [u8]>,
    /// The first cosigned checkpoint with the close that lies beside the log, as a note.
    pub cosigned_close: Option<&'r [u8]>,
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("base", &self.base).finish_non_exhaustive()
    }
}
