//! The officials' part in an election: drafts of manifests, acts proposed from a verified record, what comes next (§24.7).

pub mod act;
pub mod documents;
pub mod draft;
pub mod explain;
pub mod interview;
pub mod lines;
pub mod lint;
pub mod members;
pub mod next;
pub mod outcome;
pub mod phrases;
pub mod questions;
pub mod shown;
