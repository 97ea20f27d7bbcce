//! Decisions: the manifest's rules, executed exactly (§18).

pub mod fraction;
