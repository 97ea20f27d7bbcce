//! The words of the pages: one file a language, all with the same members, so that a missing one does not compile.

mod en;
mod kk;
mod ru;

use plebiscite_election::record::Phase;
use plebiscite_election::rule::condition::ConditionVerdict;

use crate::language::Language;

/// Every word and sentence of the pages in one language.
pub struct Words {
    /// The language's own name.
    pub own_name: &'static str,
    /// The link over the navigation.
    pub skip: &'static str,
    /// What the navigation is.
    pub pages: &'static str,
    /// What the links between languages are.
    pub language: &'static str,
    /// The start page.
    pub start: &'static str,
    /// The result page.
    pub result: &'static str,
    /// The board: a public book.
    pub book: &'static str,
    /// The foot of every page.
    pub trust_nobody: &'static str,
    /// What a test is called.
    pub test: &'static str,
    /// The list of elections.
    pub elections: &'static str,
    /// An empty list.
    pub no_elections: &'static str,
    /// What parts whole numbers from decimals.
    pub decimal: char,
    /// A day (year, month, day) and a time of it, in UTC.
    pub moment: fn(u16, u8, u8, &str) -> String,
    /// Where the election stands.
    pub phase: fn(Phase) -> &'static str,
    /// What comes next.
    pub next: fn(Phase) -> &'static str,
    /// Labels of times and numbers.
    pub labels: Labels,
    /// Links to the pages that need script.
    pub links: Links,
    /// What a contest decided.
    pub decisions: Decisions,
    /// A condition with its numbers, without its answer.
    pub condition: fn(&ConditionVerdict) -> String,
    /// The book.
    pub entries: Entries,
    /// What observers have confirmed.
    pub observers: Observers,
    /// How to check everything again.
    pub verify: Verify,
    /// Pages that are not there.
    pub missing: Missing,
}

/// Labels of times and numbers.
pub struct Labels {
    pub opens: &'static str,
    pub closes: &'static str,
    pub closed: &'static str,
    pub fingerprint: &'static str,
    pub fingerprint_hint: &'static str,
    pub eligible: &'static str,
    pub voted: &'static str,
    pub turnout: &'static str,
    pub region: &'static str,
    pub answer: &'static str,
    pub votes: &'static str,
    pub share: &'static str,
    pub rounded: &'static str,
    pub as_table: &'static str,
    pub total: &'static str,
    pub average: &'static str,
    pub region_votes: &'static str,
    pub by_region: &'static str,
    pub counted_together: &'static str,
    pub whole_vote: &'static str,
    pub not_opened: &'static str,
    pub turnout_only: &'static str,
    pub question: &'static str,
    pub turnout_count: fn(u64, u64) -> String,
}

/// Links to the pages that need script.
pub struct Links {
    pub vote: &'static str,
    pub vote_hint: &'static str,
    pub practise: &'static str,
    pub practise_hint: &'static str,
    pub check: &'static str,
    pub check_hint: &'static str,
    pub count_again: &'static str,
    pub count_again_hint: &'static str,
}

/// What a contest decided.
pub struct Decisions {
    pub adopted: &'static str,
    pub not_adopted: &'static str,
    pub not_valid: &'static str,
    pub undecided: &'static str,
    pub why: &'static str,
    pub holds: &'static str,
    pub fails: &'static str,
    pub open: &'static str,
    pub no_data: &'static str,
    pub elected: &'static str,
    pub tied: fn(u16) -> String,
    pub tie: &'static str,
    pub rating: &'static str,
    pub pairs: &'static str,
    pub bold_wins: &'static str,
    pub by_schulze: &'static str,
    pub by_ranked_pairs: &'static str,
    pub this_decides: &'static str,
    pub skipped_by_order: fn(&str, &str) -> String,
    pub if_both: &'static str,
    pub not_needed: &'static str,
    pub in_force: &'static str,
}

/// The book.
pub struct Entries {
    pub heading: &'static str,
    pub about: &'static str,
    pub number: &'static str,
    pub what: &'static str,
    pub newer: &'static str,
    pub older: &'static str,
    pub first: &'static str,
    pub none: &'static str,
    pub count: fn(u64) -> String,
    pub from_zero: &'static str,
    pub manifest: &'static str,
    pub ceremony: fn(u8, u16) -> String,
    pub roll_list: fn(u16) -> String,
    pub decryptions: fn(u16) -> String,
    pub part: fn(u32, String) -> String,
    pub attempt_ended: &'static str,
    pub attempt_begins: &'static str,
    pub roll_commitment: fn(u16) -> String,
    pub roll_attempt_ended: &'static str,
    pub roll_seal: fn(u64) -> String,
    pub open: &'static str,
    pub ballot: fn(u32, u32, String) -> String,
    pub replacement: &'static str,
    pub extension: fn(String) -> String,
    pub scheduled_close: fn(String) -> String,
    pub official_close: fn(String) -> String,
    pub cancel: &'static str,
    pub seal: &'static str,
    pub seal_confirmation: fn(u16) -> String,
    pub counted: &'static str,
    pub certification: &'static str,
    pub successor: &'static str,
    pub statement: &'static str,
    pub reason: &'static str,
    pub cancelled_by: &'static str,
    pub entry: &'static str,
}

/// What observers have confirmed: how many of how many.
pub struct Observers {
    pub is_final: fn(usize, usize) -> String,
    pub result_soon: &'static str,
    pub book: fn(usize, usize) -> String,
    pub book_up_to: fn(u64, usize, usize) -> String,
    pub book_soon: &'static str,
    /// How many of how many saw it, and the closing time that they saw it before.
    pub closed_too_early: fn(usize, usize, &str) -> String,
}

/// How to check everything again.
pub struct Verify {
    pub heading: &'static str,
    pub about: &'static str,
    pub root: &'static str,
    pub entries: &'static str,
}

/// Pages that are not there.
pub struct Missing {
    pub not_found: &'static str,
    pub not_found_about: &'static str,
    pub no_scripts: &'static str,
    pub no_scripts_about: &'static str,
    pub mirror: &'static str,
    pub mirror_about: &'static str,
    pub compared: &'static str,
    pub failed: &'static str,
    pub failed_about: &'static str,
}

/// The words of a language.
pub const fn words_of(language: Language) -> &'static Words {
    match language {
        Language::Kazakh => &kk::WORDS,
        Language::Russian => &ru::WORDS,
        Language::English => &en::WORDS,
    }
}
