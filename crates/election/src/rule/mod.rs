//! Decisions: the manifest's rules, executed exactly (§18).

pub mod condition;
pub mod counts;
pub mod fraction;
pub mod places;
pub mod verdict;
