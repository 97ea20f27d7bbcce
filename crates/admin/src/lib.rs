//! The officials' part in an election: drafts of manifests, acts proposed from a verified record, what comes next (§24.7).

pub mod act;
pub mod documents;
pub mod draft;
pub mod explain;
pub mod next;
pub mod shown;
